from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from offensive.documents.models import Document
from offensive.documents.services import DocumentError, open_file
from offensive.tenancy.guard import page
from offensive.tenancy.logging import log_access
from offensive.tenancy.models import LogEntry
from offensive.tenancy.permissions import Action


@require_safe
@page(Action.DOCUMENT_READ)
def document_download(request, pk):
    """The file itself, always as an attachment; whose it is not, and what was withdrawn, is not there."""
    document = get_object_or_404(Document.objects.of(request.acting.programme_id).offered(), pk=pk)
    try:
        file = open_file(document)
    except DocumentError as error:
        raise Http404 from error
    log_access(
        request.acting,
        LogEntry.Operation.DOWNLOAD,
        table=Document._meta.db_table,
        row=document.pk,
        company_id=document.company_id,
        category="documents",
        title=document.name,
    )
    response = FileResponse(file, as_attachment=True, filename=document.name, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
