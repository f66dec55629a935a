"""What the operator of the installation sees: whether it runs, what waits, how it is set. No company's papers."""

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.jobs.models import Job, State
from offensive.notices.models import Notice
from offensive.portal.health import parts
from offensive.tenancy.models import Programme
from offensive.tenancy.scope import system_scope


def operation(acting):
    """Context of the operator's first page: parts, counts of jobs and mails, settings. Counts only, never a row."""
    with system_scope(acting.programme_id, "portal.operation"):
        jobs = Job.objects.of(acting.programme_id).aggregate(
            waiting=Count("pk", filter=Q(state=State.WAITING)),
            running=Count("pk", filter=Q(state=State.RUNNING)),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            oldest=Min("asked_at", filter=Q(state=State.WAITING)),
        )
        unsent = Notice.objects.filter(programme=acting.programme_id, sent_at=None, stopped_at=None)
        mails = unsent.aggregate(
            due=Count("pk", filter=Q(send_at__lte=timezone.now())), failing=Count("pk", filter=Q(attempts__gt=0))
        )
    programme = Programme.objects.get(pk=acting.programme_id)
    names = {"database": _("Database"), "broker": _("Queue"), "worker": _("Worker"), "storage": _("File storage")}
    answering = {names[part]: answers for part, answers in parts().items()}
    return {"parts": answering, "jobs": jobs, "mails": mails, "programme": programme, "release": settings.RELEASE}
