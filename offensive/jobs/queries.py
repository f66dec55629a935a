"""Work under way, for the pages that show it."""

from offensive.jobs.models import Job


def latest_job(task, subject, *, acting):
    """The last job for (``task``, ``subject``) that the asker may see, or None."""
    return Job.objects.of(acting.programme_id).filter(task=task, subject=subject).order_by("-asked_at").first()
