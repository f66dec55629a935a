"""The log of who changed, downloaded or exported what. Changes are written by triggers; the rest through here."""

from offensive.tenancy.models import LogEntry

# Tables that can be changed and are not recorded, with the reason. A test holds this list against the grants.
NOT_RECORDED = {
    "jobs_job": "A job's row is its own record: asked, claimed, alive, finished.",
    "notices_notice": "The outbox tells itself what was sent when and stopped.",
    "accounts_user": "A person belongs to no tenant; every change of sign-in is told to the person by mail.",
    "enablement_followup": "Derived from other rows, and recomputed from them every night.",
    "companies_facet": "Derived from other rows, which are recorded.",
    "companies_profilesection": "Says itself who saved when; what was changed is recorded where it stands.",
    "companies_savedfilter": "A person's own way of looking at the list; it says nothing of any company.",
    "companies_importbatch": "A working area; what comes of it is recorded where it goes.",
    "companies_sizedraft": "Answers not given yet; the evaluation they become keeps them.",
    "companies_importrow": "A working area; what comes of it is recorded where it goes.",
}


def log_access(acting, operation, *, table, row, company_id=None, category="", **told):
    """Record that somebody takes something out (``LogEntry.Operation`` DOWNLOAD or EXPORT).

    ``told`` is what the log says of it, such as ``name``. In the transaction of the request: what cannot be recorded
    is not handed out.
    """
    entry = LogEntry(
        programme_id=acting.programme_id,
        operation=operation,
        table=table,
        row=str(row),
        company=company_id,
        category=category,
        user=acting.user_id,
        organisation=acting.organisation_id,
        changed={key: [None, value] for key, value in told.items()},
    )
    # Without asking back for the number: not everybody who takes something out may read the log.
    LogEntry.objects.bulk_create([entry], ignore_conflicts=True)
