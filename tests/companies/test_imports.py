"""Lists of companies, from the upload to the registered company, over the pages and with the sample lists."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from companies.models import Company, ImportBatch, ImportRow
from companies.tasks import read_list, take_over
from offensive.jobs.models import Job
from offensive.tenancy.models import CompanyAccess
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope

SAMPLES = Path(__file__).parent.parent / "samples"
CORRECTIONS = {
    "12": {"vat_id": "DE999900129"},
    "29": {"email": "kontakt029@unternehmen.example"},
    "41": {"name": "Muster Rohrsysteme Witten GmbH"},
    "44": {"postcode": "58553"},
    "47": {"staff": "35"},
    "52": {"first_contact": "28.02.2026"},
}
CSV_HEAD = "Firma;Ort;Register;E-Mail\n"


class Desk:
    """Somebody at the import pages, with the worker's part done at once."""

    def __init__(self, client, site, role=Role.LEAD_COORDINATOR):
        self.client, self.site, self.acting = client, site, site.acting[role]
        client.force_login(site.people[role])

    def address(self, name, **kwargs):
        here = {"programme": self.acting.programme_slug, "organisation": self.acting.organisation_slug}
        return reverse(f"companies:{name}", kwargs={**here, **kwargs})

    def scope(self):
        return membership_scope(self.acting.user_id, self.acting.programme_slug, self.acting.organisation_slug)

    def work(self):
        """Do what waits for a worker."""
        with self.scope():
            waiting = list(Job.objects.filter(state="waiting").values_list("task", "programme_id", "pk"))
        for task, programme_id, pk in waiting:
            {"companies.read_list": read_list, "companies.take_over": take_over}[task](
                programme_id=programme_id, job_id=str(pk)
            )

    def post(self, name, data=None, **kwargs):
        return self.client.post(self.address(name, **kwargs), data or {})

    def upload(self, content, name="liste.csv"):
        content = content.encode() if isinstance(content, str) else content
        return self.post("import_upload", {"file": SimpleUploadedFile(name, content)})

    def read(self, content, name="liste.csv"):
        """Upload, let the worker read, and return the import."""
        assert self.upload(content, name).status_code == 302
        self.work()
        with self.scope():
            return ImportBatch.objects.latest("pk")

    def read_sample(self, name):
        return self.read((SAMPLES / name).read_bytes(), name)

    def take_over(self, batch):
        self.post("import_take_over", pk=batch.pk)
        self.work()

    def counts(self, batch):
        response = self.client.get(self.address("import_batch", pk=batch.pk))
        assert response.status_code == 200
        counts = response.context["counts"]
        return SimpleNamespace(
            found=(counts.rows, counts.new, counts.known, counts.question, counts.problem),
            taken=counts.taken,
            skipped=counts.skipped,
        )

    def rows(self, batch, **filters):
        with self.scope():
            return list(ImportRow.objects.filter(batch=batch, **filters))

    def row(self, batch, own_number):
        return next(row for row in self.rows(batch) if row.raw["line"].get("own_number") == own_number)

    def companies(self):
        with self.scope():
            return Company.objects.of(self.acting.programme_id).filter(created_at__isnull=False).count()

    def correct_all(self, batch):
        for own_number, typed in CORRECTIONS.items():
            self.post("import_row", typed, pk=batch.pk, number=self.row(batch, own_number).number)


@pytest.fixture
def desk(client, site):
    return Desk(client, site)


def test_excel_list_is_understood_as_its_readme_says(desk):
    batch = desk.read_sample("gws_teilnehmerliste.xlsx")

    assert desk.counts(batch).found == (60, 54, 0, 0, 6)
    problems = {row.values.get("own_number"): list(row.problems) for row in desk.rows(batch, state="problem")}
    assert problems == {number: list(typed) for number, typed in CORRECTIONS.items()}
    assert [line["kind"] for line in batch.left_out] == ["separator", "sum"]


def test_both_samples_corrected_and_decided_are_85_enterprises(desk):
    before = desk.companies()
    excel = desk.read_sample("gws_teilnehmerliste.xlsx")
    desk.correct_all(excel)
    assert desk.counts(excel).found == (60, 60, 0, 0, 0)
    desk.take_over(excel)
    assert desk.companies() - before == 60

    csv = desk.read_sample("sihk_kontakte.csv")
    assert desk.counts(csv).found == (36, 25, 7, 4, 0)
    by = [row.match_by for row in desk.rows(csv, state="known")]
    assert (by.count("register"), by.count("vat_id")) == (4, 3)
    desk.take_over(csv)
    assert desk.companies() - before == 85

    for row in desk.rows(csv, state="question"):
        desk.post("import_decide", {"choice": str(row.match_id)}, pk=csv.pk, number=row.number)
    desk.take_over(csv)
    assert desk.companies() - before == 85
    assert desk.counts(csv).found == (36, 0, 11, 0, 0)


def test_importing_again_changes_nothing_and_asks_nothing(desk):
    excel = desk.read_sample("gws_teilnehmerliste.xlsx")
    desk.correct_all(excel)
    desk.take_over(excel)
    csv = desk.read_sample("sihk_kontakte.csv")
    questions = desk.rows(csv, state="question")
    for row, choice in zip(questions, [str(questions[0].match_id), "other", "other", "other"], strict=True):
        desk.post("import_decide", {"choice": choice}, pk=csv.pk, number=row.number)
    desk.take_over(csv)
    before = desk.companies()

    again = desk.read_sample("gws_teilnehmerliste.xlsx")
    assert again.pk != excel.pk
    assert desk.counts(again).found == (60, 0, 60, 0, 0)
    csv_again = desk.read_sample("sihk_kontakte.csv")
    assert desk.counts(csv_again).found == (36, 0, 36, 0, 0)
    desk.take_over(again)
    desk.take_over(csv_again)
    assert desk.companies() == before


def test_list_that_still_waits_is_gone_on_with(desk):
    first = desk.read_sample("gws_teilnehmerliste.xlsx")

    second = desk.upload((SAMPLES / "gws_teilnehmerliste.xlsx").read_bytes(), "gws_teilnehmerliste.xlsx")

    assert second.url == desk.address("import_batch", pk=first.pk)


def test_wrong_correction_stays_typed_with_its_problem(desk):
    batch = desk.read_sample("gws_teilnehmerliste.xlsx")
    row = desk.row(batch, "12")

    response = desk.client.post(
        desk.address("import_row", pk=batch.pk, number=row.number), {"vat_id": "DE 12"}, headers={"HX-Request": "true"}
    )

    form = response.context["shown"].form
    assert form["vat_id"].value() == "DE 12"
    assert form["vat_id"].errors == [form.problems["vat_id"]]
    assert desk.row(batch, "12").raw["typed"] == {"vat_id": "DE 12"}


def test_corrected_row_that_turns_out_known_is_not_taken_over(desk):
    desk.take_over(desk.read(f"{CSV_HEAD}Muster Eins GmbH;Altena;Iserlohn HRB 71;\n", "eins.csv"))
    batch = desk.read(f"{CSV_HEAD}Muster Zwei GmbH;Altena;Iserlohn;\nMuster Drei GmbH;Altena;;\n", "zwei.csv")
    row = desk.rows(batch, state="problem")[0]

    desk.post("import_row", {"register": "HRB 0071 Amtsgericht Iserlohn"}, pk=batch.pk, number=row.number)

    assert desk.counts(batch).found == (2, 1, 0, 0, 0)
    assert list(desk.rows(batch, state="changed")[0].differences) == ["name"]


def test_company_twice_in_one_list_is_taken_over_once(desk):
    before = desk.companies()
    batch = desk.read(
        f"{CSV_HEAD}Muster Eins GmbH;Altena;Iserlohn HRB 71;\nMuster Eins GmbH;Altena;HRB 71 Iserlohn;\n"
        "Muster Eins;Altena;;\n"
    )
    assert desk.counts(batch).found == (3, 1, 1, 1, 0)
    question = desk.rows(batch, state="question")[0]
    desk.post("import_decide", {"choice": "row:2"}, pk=batch.pk, number=question.number)
    desk.take_over(batch)

    assert desk.companies() - before == 1
    assert len({row.company_id or row.match_id for row in desk.rows(batch)}) == 1


def test_other_company_of_the_same_name_in_one_list_is_taken_over(desk):
    before = desk.companies()
    batch = desk.read(f"{CSV_HEAD}Muster Eins GmbH;Altena;;a@eins.example\nMuster Eins;Altena;;b@eins.example\n")
    question = desk.rows(batch, state="question")[0]
    desk.post("import_decide", {"choice": "other"}, pk=batch.pk, number=question.number)
    desk.take_over(batch)

    assert desk.companies() - before == 2


def test_leaving_out_the_first_of_two_takes_the_second_in(desk):
    batch = desk.read(f"{CSV_HEAD}Muster Eins GmbH;Altena;Iserlohn HRB 71;\nMuster Eins AG;Hemer;HRB 71 Iserlohn;\n")

    desk.post("import_skip", {"skipped": "yes"}, pk=batch.pk, number=2)

    assert desk.counts(batch).found == (2, 1, 0, 0, 0)
    assert desk.counts(batch).skipped == 1


def test_row_left_out_can_be_taken_in_again(desk):
    batch = desk.read(f"{CSV_HEAD}Muster Eins GmbH;Altena;;falsch\n")
    desk.post("import_skip", {"skipped": "yes"}, pk=batch.pk, number=2)
    assert desk.counts(batch).found == (1, 0, 0, 0, 0)

    desk.post("import_skip", {"skipped": "no"}, pk=batch.pk, number=2)

    assert desk.counts(batch).found == (1, 0, 0, 0, 1)


def test_contradicting_identifiers_cannot_become_another_company(desk):
    desk.take_over(
        desk.read("Firma;Register;USt-IdNr.\nMuster Eins GmbH;Iserlohn HRB 71;\nMuster Zwei GmbH;;DE999900090\n")
    )
    batch = desk.read("Firma;Register;USt-IdNr.\nMuster Drei GmbH;Iserlohn HRB 71;DE999900090\n", "drei.csv")
    assert desk.counts(batch).found == (1, 0, 0, 1, 0)

    desk.post("import_decide", {"choice": "other"}, pk=batch.pk, number=2)

    assert desk.counts(batch).found == (1, 0, 0, 1, 0)


def test_lead_list_names_the_caring_partner(desk):
    batch = desk.read("Firma;Betreuung\nMuster Eins GmbH;EN\nMuster Zwei GmbH;Gibt es nicht\nMuster Drei GmbH;\n")
    assert desk.counts(batch).found == (3, 2, 0, 0, 1)
    desk.take_over(batch)

    with desk.scope():
        caring = dict(
            Company.objects.filter(legal_name__startswith="Muster").values_list("legal_name", "caring_partner__slug")
        )
    assert (caring["Muster Eins GmbH"], caring["Muster Drei GmbH"]) == ("en", None)


def test_partner_imports_for_itself_and_learns_no_name_of_others(client, site):
    desk = Desk(client, site, Role.PARTNER_ADVISOR)
    with Desk(client, site).scope():
        hidden = Company.objects.get(pk=site.other_company.pk)
        hidden.name_key = "mustergusshemer"
        hidden.save()
    client.force_login(site.people[Role.PARTNER_ADVISOR])
    batch = desk.read("Firma;Ort;Betreuung\nMuster Guß Hemer;Hemer;Hagen\nMuster Neu GmbH;Altena;Hagen\n")
    assert desk.counts(batch).found == (2, 1, 0, 1, 0)

    page = client.get(desk.address("import_batch", pk=batch.pk))
    question = next(shown for shown in page.context["page"] if shown.sides)
    assert [len(side.items) for side in question.sides] == [1]
    assert "Muster Guss Hemer KG" not in page.content.decode()
    desk.take_over(batch)
    with desk.scope():
        company = Company.objects.get(legal_name="Muster Neu GmbH")
        access = CompanyAccess.objects.filter(company_id=company.pk).values_list("organisation__slug", "category")
        assert sorted(access) == [
            ("sihk", each) for each in ("analyses", "documents", "identity", "profile", "support")
        ]
        assert company.caring_partner_id == site.organisations["sihk"].pk


def test_columns_without_headings_are_asked_about_and_assigned(desk):
    batch = desk.read("Muster Eins GmbH;58762;kontakt@eins.example\nMuster Zwei GmbH;58762;kontakt@zwei.example\n")
    columns = desk.address("import_columns", pk=batch.pk)
    assert desk.client.get(desk.address("import_batch", pk=batch.pk)).url == columns
    assert desk.client.get(columns).status_code == 200

    units = {"unit-turnover": 1, "unit-balance_sheet": 1}
    refused = desk.client.post(columns, {"column-0": "email", "column-1": "email", **units})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"column-1", "__all__"}
    desk.client.post(columns, {"column-0": "name", "column-1": "postcode", "column-2": "email", **units})
    desk.work()

    assert desk.counts(batch).found == (2, 2, 0, 0, 0)


def test_columns_assigned_anew_make_a_new_import_of_the_same_file(desk):
    batch = desk.read(f"{CSV_HEAD}Muster Eins GmbH;Altena;;kontakt@eins.example\n")
    choice = {"column-0": "name", "column-1": "town", "unit-turnover": 1, "unit-balance_sheet": 1}

    response = desk.post("import_columns", choice, pk=batch.pk)
    desk.work()

    with desk.scope():
        again = ImportBatch.objects.latest("pk")
    assert response.url == desk.address("import_batch", pk=again.pk)
    assert list(desk.rows(again)[0].raw["line"]) == ["name", "town"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "leer.csv"),
        (b"%PDF-1.7\n%%EOF", "liste.xlsx"),
        (b"PK\x03\x04 nothing of an archive", "liste.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "liste.xls"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "liste.csv"),
        (b"<html><table></table></html>", "liste.csv"),
    ],
)
def test_wrong_file_is_refused_with_a_sentence_and_nothing_kept(desk, content, name):
    response = desk.upload(content, name)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]
    with desk.scope():
        assert ImportBatch.objects.count() == 0


def test_preview_asks_the_database_equally_often_for_1_and_4_rows(desk, django_assert_num_queries):
    one = desk.read(f"{CSV_HEAD}Muster A GmbH;Altena;;falsch\n", "eins.csv")
    four = desk.read(CSV_HEAD + "".join(f"Muster {x} GmbH;Altena;;{x}\n" for x in "BCDE"), "vier.csv")
    desk.client.get(desk.address("import_batch", pk=one.pk))

    for batch in (one, four):
        with django_assert_num_queries(16):
            desk.client.get(desk.address("import_batch", pk=batch.pk))
