from django.core.cache import cache
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from offensive.documents.models import Document
from offensive.documents.previews import page_of
from offensive.documents.services import DocumentError, open_file
from offensive.tenancy.guard import page
from offensive.tenancy.logging import log_access
from offensive.tenancy.models import LogEntry
from offensive.tenancy.permissions import Action

LOOK_SECONDS = 600


@require_safe
@page(Action.DOCUMENT_READ)
def document_download(request, pk):
    """The file itself, always as an attachment; whose it is not, and what was withdrawn, is not there."""
    document = get_object_or_404(Document.objects.of(request.acting.programme_id).offered(), pk=pk)
    try:
        file = open_file(document)
    except DocumentError as error:
        raise Http404 from error
    _note(request, document, LogEntry.Operation.DOWNLOAD)
    return _private(FileResponse(file, as_attachment=True, filename=document.name, content_type=document.content_type))


@require_safe
@page(Action.DOCUMENT_READ)
def preview(request, pk, number):
    """One page as a picture of our own making: nothing of the uploaded file itself reaches the browser."""
    document = get_object_or_404(Document.objects.of(request.acting.programme_id).offered(), pk=pk)
    try:
        picture = page_of(document, number).open("rb")
    except (DocumentError, OSError) as error:
        raise Http404 from error
    # Once for each person and paper in ten minutes, whichever page comes first; every time while the cache is away.
    if cache.add(f"looked-at:{request.acting.membership_id}:{document.pk}", True, LOOK_SECONDS):
        _note(request, document, LogEntry.Operation.VIEW)
    return _private(FileResponse(picture, content_type="image/jpeg"))


def _note(request, document, operation):
    log_access(
        request.acting,
        operation,
        table=Document._meta.db_table,
        row=document.pk,
        company_id=document.company_id,
        category="documents",
        title=document.name,
    )


def _private(response):
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
