"""A company's dossier: all its papers in one ZIP with a list, a cover and checksums, made by a worker."""

import base64
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from companies.models import Company
from offensive.documents.archives import Copied, add_stored, add_text, has_room_for, hash_of, new_archive
from offensive.documents.models import Dossier, dossier_path
from offensive.jobs.queries import latest_job
from offensive.jobs.services import JobError, ask_for, finish, job_scope, report_progress, working
from offensive.portal.dossier_queries import Contents, open_records, papers_of_dossier
from offensive.tenancy.addresses import address_for
from offensive.tenancy.logging import log_access
from offensive.tenancy.models import LogEntry
from offensive.tenancy.spreadsheets import comma_separated

TASK = "portal.make_dossier"
_EMBLEM = Path(settings.BASE_DIR / "static" / "img" / "eu-emblem.svg")

# What became of a paper on its way into the dossier: the document's state, or what the copying found.
STATES = {
    Copied.WHOLE: pgettext_lazy("dossier", "contained, checksum is right"),
    Copied.DAMAGED: pgettext_lazy("dossier", "DAMAGED: the stored file is not what was filed"),
    Copied.MISSING: pgettext_lazy("dossier", "MISSING: the stored file is not there"),
    "withdrawn": pgettext_lazy("dossier", "withdrawn, not contained"),
    "expired": pgettext_lazy("dossier", "removed after its time, not contained"),
}


def ask_for_dossier(company, *, acting):
    """The job that makes a dossier for this person; the running one where there is one already."""
    return ask_for(TASK, _subject(company, acting), acting=acting)


def dossier_job(company, *, acting):
    """The last job that makes or made a dossier of ``company`` for this person, or None."""
    return latest_job(TASK, _subject(company, acting), acting=acting)


def _subject(company, acting):
    """Each person gets what that person may see."""
    return f"{company.pk}:{acting.membership_id}"


def make_dossier(job):
    """Gather in the asker's scope, write without one, offer in the asker's scope again.

    What a killed attempt leaves is half a file under its own name, which the next attempt removes.
    """
    with working(job):
        report_progress(job, percent=2, step=_("Collecting the documents"))
        with job_scope(job) as acting:
            contents = _gather(job, acting)
        half = _half_written(job)
        try:
            facts = _write(job, half, contents)
            with job_scope(job) as acting:
                _offer(job, acting, contents, facts)
                half.replace(dossier_path(job.pk))
        finally:
            half.unlink(missing_ok=True)


def _gather(job, acting):
    company = Company.objects.select_related("organisation").get(pk=job.subject.split(":")[0])
    papers = papers_of_dossier(company.pk)
    contents = Contents(company, papers, str(job.asked_by), acting.organisation_name, timezone.localtime())
    _check_open(contents, acting)
    return contents


def _check_open(contents, acting):
    if not open_records(contents.records, acting).issuperset(contents.records):
        raise JobError(_("The company has not released its documents and support to you."))


def _half_written(job):
    final = dossier_path(job.pk)
    for left in final.parent.glob(f"{job.pk}.*.part"):
        left.unlink(missing_ok=True)
    return final.with_name(f"{job.pk}.{job.attempt}.part")


def _write(job, path, contents):
    """Write the archive; returns number of documents, size and hash. Raises ``JobError`` when there is no room."""
    no_room = JobError(_("Our storage has no room for the dossier at the moment. Please try again later."))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not has_room_for(contents.size):
        raise no_room
    try:
        with new_archive(path) as archive:
            states = _copy_papers(job, archive, contents)
            _add_lists(archive, contents, states)
    except OSError as error:
        raise no_room from error
    report_progress(job, percent=97, step=_("Computing the checksum"))
    number = sum(state in (Copied.WHOLE, Copied.DAMAGED) for state in states)
    return {"documents": number, "size": path.stat().st_size, "sha256": hash_of(path)}


def _copy_papers(job, archive, contents):
    """What became of each paper, in their order."""
    states, told = [], 0
    for place, paper in enumerate(contents.papers, start=1):
        states.append(add_stored(archive, paper.path, paper) if paper.state == "offered" else paper.state)
        percent = 5 + 90 * place // len(contents.papers)
        if percent >= told + 3:
            step = _("Packing document %(n)s of %(all)s") % {"n": place, "all": len(contents.papers)}
            report_progress(job, percent=percent, step=step)
            told = percent
    return states


def _add_lists(archive, contents, states):
    found = list(zip(contents.papers, states, strict=True))
    within = [(paper, state) for paper, state in found if state in (Copied.WHOLE, Copied.DAMAGED)]
    add_text(archive, "verzeichnis.csv", comma_separated(_columns(), [_line(*each) for each in found]))
    add_text(archive, "sha256sums.txt", "".join(f"{paper.sha256}  {paper.path}\n" for paper, _state in within))
    add_text(archive, "deckblatt.html", _cover(contents, found))


def _columns():
    facts = [_("File"), _("Document"), _("Kind"), _("Version"), _("Date on the paper"), _("Filed on"), _("Filed by")]
    check = [_("Bytes"), _("SHA-256"), _("State"), _("Reason"), _("Shows")]
    return [*facts, *check, pgettext("merged", "Record"), _("Name when filed"), _("ID")]


def _line(paper, state):
    path = paper.path if state in (Copied.WHOLE, Copied.DAMAGED) else ""
    facts = (path, paper.title, paper.kind, paper.number, paper.dated_on, paper.filed_at, paper.filed_by)
    rest = (str(STATES[state]), paper.reason, "; ".join(paper.shows), paper.record_name, paper.name, paper.key)
    return (*facts, paper.size, paper.sha256, *rest)


def _cover(contents, found):
    rows = [
        {
            "paper": paper,
            "state": STATES[state],
            "is_in": state in (Copied.WHOLE, Copied.DAMAGED),
            "is_whole": state == Copied.WHOLE,
            "is_of_another": paper.record != contents.company.pk,
        }
        for paper, state in found
    ]
    context = {
        "contents": contents,
        "rows": rows,
        "number": sum(row["is_in"] for row in rows),
        "wrong": [row for row in rows if row["state"] in (STATES[Copied.DAMAGED], STATES[Copied.MISSING])],
        "emblem_src": f"data:image/svg+xml;base64,{base64.b64encode(_EMBLEM.read_bytes()).decode()}",
    }
    return render_to_string("portal/dossier_cover.html", context)


def _offer(job, acting, contents, facts):
    """The row that lets the asker download it, in the log as taken out of the portal."""
    _check_open(contents, acting)
    company = contents.company
    dossier = Dossier.objects.create(
        programme_id=job.programme_id,
        company_id=company.pk,
        organisation_id=acting.organisation_id,
        job=job,
        asked_by_id=acting.user_id,
        name=f"dossier_{company.organisation.slug[:80]}_{contents.made_at:%Y-%m-%d}.zip",
        records=contents.records,
        made_at=contents.made_at,
        **facts,
    )
    log_dossier(dossier, acting, LogEntry.Operation.EXPORT)
    finish(job, result={"url": address_for(acting, "portal:dossier", slug=company.organisation.slug)})


def log_dossier(dossier, acting, operation):
    """Record that all papers of a company are taken out at once."""
    log_access(
        acting,
        operation,
        table=Dossier._meta.db_table,
        row=dossier.pk,
        company_id=dossier.company_id,
        category="documents",
        title=dossier.name,
        rows=dossier.documents,
    )
