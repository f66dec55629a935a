from celery import shared_task

from offensive.documents.archives import remove_old
from offensive.documents.models import OFFERED_FOR, dossier_path


@shared_task(name="documents.remove_old_dossiers")
def remove_old_dossiers():
    """Every night: files that are offered no more, and halves that nobody finished. Safe to run twice."""
    remove_old(dossier_path("any").parent, older_than=OFFERED_FOR)
