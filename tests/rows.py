"""One row in every tenant table, so that a test of isolation has something that could leak."""

from datetime import date, timedelta
from uuid import uuid4

from django.apps import apps
from django.utils import timezone

from companies.models import (
    Agreement,
    Capability,
    Certificate,
    Company,
    CompanyMarket,
    Competence,
    Contact,
    DefenceInterest,
    Facet,
    Handover,
    ImportBatch,
    ImportRow,
    Industry,
    Merge,
    NotDuplicate,
    ProfileSection,
    RegistrationRequest,
    Release,
    SavedFilter,
    Site,
    SizeAssessment,
    SizeDraft,
    SourceRecord,
)
from offensive.accounts.models import Consent, Invitation
from offensive.documents import files
from offensive.documents.models import Document, Dossier, LastPayment, LegalHold, Withdrawal
from offensive.enablement.models import (
    Achievement,
    AgreementScan,
    Answer,
    Decision,
    Delivery,
    DeliveryKind,
    Enrolment,
    Evidence,
    FollowUp,
    JourneyEvent,
    Note,
    Presence,
    Process,
    Remark,
    Requirement,
    SilenceStep,
    Stage,
    StageProgress,
    Task,
    Verification,
)
from offensive.indicators.models import Indicator, PublishedFigure, Target
from offensive.jobs.models import Job
from offensive.notices.models import Notice
from offensive.reports import storage
from offensive.reports.content import content_hash, to_data
from offensive.reports.models import (
    Approval,
    AuditSample,
    AuditSampleItem,
    Download,
    Edition,
    EditionEnterprise,
    EditionFigure,
    Submission,
)
from offensive.tenancy.models import AuditAccess, LogEntry, Membership, Organisation, Period
from offensive.tenancy.scope import membership_scope, system_scope
from tests.reports.report_samples import report_content
from tests.sites import make_company, make_person
from workshops.models import Attendance, Event, Sheet

TODAY = date(2026, 11, 2)
# Tables that another role writes: their isolation is proven where that role is at work.
WRITTEN_BY_RETENTION = {"documents_expiry"}
SIZE_ANSWERS = {
    "year": 2025,
    "own": [["20", "3000000", "2000000"]],
    "relations": [],
    "change": "none",
    "change_note": "",
    "done": [],
    "newest": None,
}


def tenant_models():
    """Every model with a tenant."""
    return [
        model for model in apps.get_models() if any(field.name == "programme" for field in model._meta.concrete_fields)
    ]


def make_every_row(programme, company, person, membership_id):
    """Fill every tenant table of ``programme`` around ``company``; returns the rows that tests point at by name."""
    absorbed = make_company(programme, name=f"Muster Dublette {programme.slug}")
    with system_scope(programme.pk, "setup.reference"):
        tenant = {"programme": programme}
        lead = Organisation.objects.of(programme.pk).get(kind="lead")
        Merge.objects.create(**tenant, survivor=company, absorbed=absorbed, merged_by=person)
        alike = make_company(
            programme, slug=f"doppelgaenger-{programme.slug}", name=f"Muster Doppelgänger {programme.slug}"
        )
        one, other = sorted([company, alike], key=lambda each: each.pk)
        NotDuplicate.objects.create(**tenant, one=one, other=other, decided_by=person)
        job = Job.objects.create(
            **tenant, organisation=lead, asked_by=person, membership_id=membership_id, task="nothing", subject="x"
        )
        edition = _report_rows(tenant, person, lead, job)
        PublishedFigure.objects.create(**tenant, table="x", published_on=TODAY, row_place=0, column_place=0, value=5)
        Notice.objects.bulk_create([Notice(**tenant, to="a@b.example", subject="s", text="t", sent_at=timezone.now())])
        Invitation.objects.create(
            **tenant,
            organisation_id=company.pk,
            role="company_member",
            email="neu@firma.example",
            organisation_name=company.legal_name,
            programme_name=programme.name,
            invited_by=person,
            invited_by_name="GWS",
            token_hash=uuid4().hex * 2,
            expires_at=timezone.now() + timedelta(days=14),
        )
    with membership_scope(person.pk, programme.slug, lead.slug):  # nobody consents for somebody else
        consent = {"organisation": lead, "user": person, "kind": "photos", "is_given": True, "text": "Ja"}
        Consent.objects.bulk_create([Consent(**tenant, **consent)])
        kept = {"organisation": lead, "owner": person, "name": "Hagen", "place": 1, "parameters": {"q": "federn"}}
        SavedFilter.objects.create(**tenant, **kept)
    return make_company_rows(company, person, edition)


def make_company_rows(company, person, edition):
    """One row in every table whose rows belong to a company."""
    programme = company.programme
    with system_scope(programme.pk, "setup.reference"):
        tenant, lead = {"programme": programme}, Organisation.objects.of(programme.pk).get(kind="lead")
        owned = {**tenant, "company_id": company.pk}
        paper = Document.objects.create(**owned, **_document(person))
        shared = Document.objects.create(**tenant, **_document(person))
        _document_rows(tenant, owned, person)
        _company_rows(tenant, owned, person, paper, lead)
        delivery = _ledger_rows(tenant, owned, person, paper, lead)
        _coordination_rows(owned, person, lead)
        _silence_rows(owned)
        _event_rows(tenant, owned, person, shared, lead)
        enterprise = EditionEnterprise.objects.create(
            **owned,
            edition=edition,
            code="RCO01",
            legal_name="Muster",
            size_class="small",
            delivery=delivery.pk,
            delivered_on=TODAY,
            delivery_title="Werkstatt",
            partner=lead,
            is_new=True,
        )
        _sample_rows(tenant, person, edition, enterprise)
    return {"delivery": delivery, "edition": edition, "paper": paper, "shared": shared}


def _sample_rows(tenant, person, edition, enterprise):
    auditor = Membership.objects.filter(**tenant, role="auditor").select_related("user").first()
    auditor = auditor.user if auditor else person
    until = timezone.localdate() + timedelta(days=7)
    if AuditSample.objects.filter(**tenant).exists():
        return
    sample = AuditSample.objects.create(
        **tenant, edition=edition, auditor=auditor, code="RCO01", reason="x", seed="x", until=until, drawn_by=person
    )
    AuditSampleItem.objects.create(**tenant, sample=sample, enterprise=enterprise)
    AuditAccess.objects.create(**tenant, user=auditor, document=uuid4(), until=until)


def _document_rows(tenant, owned, person):
    """What stands beside a document."""
    other = Document.objects.create(**owned, **_document(person))
    Withdrawal.objects.create(**owned, document=other, reason="Falscher Betrieb", withdrawn_by=person)
    LegalHold.objects.create(**owned, document=other, reason="Verfahren", placed_by=person)
    LastPayment.objects.create(**tenant, paid_on=date(2026, 3, 12), recorded_by=person)
    job = Job.objects.filter(**tenant).first()
    job = Job.objects.create(
        **tenant,
        organisation_id=job.organisation_id,
        asked_by=person,
        membership_id=job.membership_id,
        task="nothing",
        subject=f"dossier {owned['company_id']}",
    )
    Dossier.objects.create(
        **owned,
        organisation_id=job.organisation_id,
        job=job,
        asked_by=person,
        name="Dossier.zip",
        documents=1,
        size=12,
        sha256=files.write([b"dossier"]),
    )


def _document(person):
    return {
        "kind": "other",
        "name": "Blatt.pdf",
        "content_type": "application/pdf",
        "size": 12,
        "sha256": files.write([b"%PDF-1.7 abc"]),
        "uploaded_by": person,
    }


def _company_rows(tenant, owned, person, paper, lead):
    Competence.objects.create(**owned, process_code="2.1")
    Contact.objects.create(**owned, name="Erika Muster", email="erika@firma.example")
    Site.objects.create(**owned, town="Altena", is_main=True)
    Industry.objects.create(**owned, scheme="2008", code="25.93.0")
    Capability.objects.create(**owned, materials=["steel"])
    Certificate.objects.create(**owned, standard="iso9001", document=paper)
    CompanyMarket.objects.create(**owned, market="bahntechnik", is_wished=True)
    ProfileSection.objects.create(**owned, key="site", saved_by=person)
    Agreement.objects.create(**owned, text_version="1", signed_on=TODAY, recorded_by=person)
    SizeAssessment.objects.create(
        **owned, size_class="small", assessed_on=TODAY, employees_awu=20, rule_version="1", assessed_by=person
    )
    SizeDraft.objects.create(**owned, person=person, answers=SIZE_ANSWERS)
    RegistrationRequest.objects.create(
        **owned,
        company_name="Muster Neuzugang GmbH",
        postcode="58762",
        town="Altena",
        contact_name="Jana Probe",
        email="jana@neuzugang.example",
        token_hash=uuid4().hex * 2,
        confirmed_at=timezone.now(),
        state="merged",
        decided_by=person,
        decided_at=timezone.now(),
    )
    SourceRecord.objects.create(
        **owned, kind="brought", organisation=lead, list_name="Liste.csv", list_sha256="0" * 64, line=1
    )
    log = {"table": "companies_profile", "row": str(owned["company_id"]), "operation": "UPDATE", "category": "profile"}
    LogEntry.objects.bulk_create([LogEntry(**tenant, company=owned["company_id"], **log)])
    DefenceInterest.objects.create(**owned, answer="yes", answered_by=person)
    Release.objects.create(**owned, category="profile", reach="consortium", text_version="1", decided_by=person)
    Facet.objects.create(**owned, kind="stage", value="standort", label="Standortbestimmung")
    _handover_row(owned, person, lead)
    batch = ImportBatch.objects.create(**tenant, organisation=lead, document=paper, uploaded_by=person)
    ImportRow.objects.create(**owned, organisation=lead, batch=batch, number=1, raw={}, values={}, state="taken")


def _handover_row(owned, person, lead):
    """Whoever looks after it asks ZENIT, which every programme has."""
    company = Company.objects.get(pk=owned["company_id"])
    Handover.objects.create(
        **owned,
        company_name=company.legal_name,
        from_partner_id=company.caring_partner_id,
        to_partner=Organisation.objects.of(company.programme_id).get(slug="zenit"),
        reason="Umzug",
        asked_by=person,
        asked_in=lead,
        form_key=uuid4(),
    )


def _ledger_rows(tenant, owned, person, paper, lead):
    stage = _asking_stage(tenant)
    Enrolment.objects.create(**owned, process=stage.process, enrolled_on=TODAY, stage=stage)
    StageProgress.objects.create(**owned, stage=stage, started_on=TODAY, due_on=TODAY + timedelta(days=60))
    delivery = Delivery.objects.create(
        **owned,
        partner=lead,
        kind=DeliveryKind.objects.get(programme=tenant["programme"], key="workshop"),
        on=TODAY,
        minutes=120,
        title="Werkstatt",
        source="test:1",
        recorded_by=person,
    )
    Presence.objects.create(**owned, delivery=delivery, name="Erika Muster")
    Evidence.objects.create(**owned, delivery=delivery, document=paper, filed_by=person)
    second = make_person(f"pruefung-{owned['company_id']}@io.example")
    Remark.objects.create(**owned, delivery=delivery, text="Unterschrift fehlt", key=uuid4(), made_by=second)
    Verification.objects.create(**owned, delivery=delivery, verified_by=second)
    agreement = Agreement.objects.filter(**owned).first()
    AgreementScan.objects.create(**owned, agreement=agreement, document=paper, filed_by=person)
    JourneyEvent.objects.create(**owned, kind="skipped", stage=stage, on=TODAY, reason="x", by=person)
    asked = {"key": "x", "form_key": uuid4()}
    Answer.objects.create(**owned, **asked, question="x", text="x", answered_by=person)
    Decision.objects.create(**owned, **asked, subject="x", reason="x", is_in_favour=True, decided_by=person)
    Achievement.objects.create(**owned, kind="profile_complete", source="profile", reached_on=TODAY)
    return delivery


def _coordination_rows(owned, person, lead):
    Task.objects.create(
        **owned, title="Anrufen", owner=person, organisation=lead, due_on=TODAY, created_by=person, created_in=lead
    )
    Note.objects.create(
        **owned, visibility="consortium", text="Ruhig", on=TODAY, form_key=uuid4(), author=person, organisation=lead
    )


def _silence_rows(owned):
    FollowUp.objects.create(**owned, reacted_on=TODAY, reaction="delivery")
    day = {"silent_since": TODAY, "taken_on": TODAY + timedelta(days=9)}
    SilenceStep.objects.create(**owned, **day, position=1, after_days=9, action="nudge")


def _asking_stage(tenant):
    """A stage of a version that asks a question and wants a decision; beside it there is a draft that is the same."""
    process, is_new = Process.objects.get_or_create(**tenant, version=9)
    if is_new:
        _ask(tenant, process)
        Process.objects.filter(pk=process.pk).update(published_at=timezone.now())
        _ask(tenant, Process.objects.create(**tenant, version=10))
    return process.stage_set.get()


def _ask(tenant, process):
    stage = Stage.objects.create(
        **tenant, process=process, position=1, key="fragen", name="Fragen", company_name="Fragen", usual_days=60
    )
    asked = {"stage": stage, "wording": "Was ist Ihr Ziel?"}
    Requirement.objects.create(**tenant, **asked, achievement="answer:x", answer_form="text")
    Requirement.objects.create(**tenant, **asked, achievement="decision:x")


def _event_rows(tenant, owned, person, shared, lead):
    starts_at = timezone.now()
    event = Event.objects.create(
        **tenant,
        partner=lead,
        kind="workshop",
        title="Werkstatt",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        created_by=person,
    )
    Attendance.objects.create(**owned, event=event, person="Erika Muster", entered_by=person)
    Sheet.objects.create(**tenant, event=event, document=shared)


def _report_rows(tenant, person, lead, job):
    period = Period.objects.filter(programme=tenant["programme"]).first()
    indicator = Indicator.objects.filter(programme=tenant["programme"]).first()
    Target.objects.get_or_create(indicator=indicator, due_on=TODAY, defaults={**tenant, "value": 10})
    content = report_content()
    edition = Edition.objects.create(
        **tenant,
        period=period,
        number=1,
        job=job,
        built_by=person,
        rule_version="1",
        content=to_data(content),
        content_hash=content_hash(content),
        pdf_sha256=storage.keep(b"%PDF-1.7 report"),
        pdf_size=15,
    )
    EditionFigure.objects.create(**tenant, edition=edition, code="RCO01", in_period=1, cumulative=1)
    approval = Approval.objects.create(**tenant, edition=edition, approved_by=person)
    Submission.objects.create(**tenant, period=period, edition=edition, approval=approval, submitted_by=person)
    Download.objects.create(**tenant, edition=edition, organisation=lead, downloaded_by=person)
    return edition
