"""Taking over at once from two sides, on real connections."""

from threading import Barrier, Thread

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from companies.import_reading import read_list
from companies.import_services import keep_read, open_import, take_over_some
from companies.merging import merge_companies
from companies.models import Company, ImportBatch
from offensive.documents.models import DocumentKind
from offensive.documents.services import store
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope

LIST = "Firma;Ort;Register\n" + "".join(f"Muster {n} GmbH;Altena;Iserlohn HRB {1000 + n}\n" for n in range(30))


def lead(site):
    return membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws")


def imported(site, content=LIST):
    upload = SimpleUploadedFile("liste.csv", content.encode())
    with lead(site) as opened:
        document = store(upload, acting=opened.acting, kind=DocumentKind.LIST)
        upload.seek(0)
        return keep_read(open_import(document, acting=opened.acting), read_list(upload, "liste.csv"))


def take_over_at_once(site, batches):
    """One thread with a connection of its own for each import, started together; returns what went wrong."""
    together, failures = Barrier(len(batches)), []

    def take(batch):
        try:
            together.wait(10)
            settled = 1
            while settled:
                with lead(site) as opened:
                    settled = take_over_some(batch, acting=opened.acting, at_most=7)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    name = connection.settings_dict["NAME"]
    threads = [Thread(target=_on(name, take), args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def _on(name, work):
    def started(*args):
        connection.settings_dict["NAME"] = name
        work(*args)

    return started


def companies(site):
    with lead(site):
        return Company.objects.filter(legal_name__startswith="Muster", register_key__startswith="iserlohn").count()


def test_two_people_taking_over_the_same_import_make_each_company_once(committed_site):
    batch = imported(committed_site)

    assert take_over_at_once(committed_site, [batch, batch]) == []

    assert companies(committed_site) == 30
    with lead(committed_site):
        assert list(batch.importrow_set.order_by("state").values_list("state", flat=True).distinct()) == ["taken"]


def test_two_imports_of_the_same_list_at_once_make_each_company_once(committed_site):
    batches = [imported(committed_site), imported(committed_site)]

    assert take_over_at_once(committed_site, batches) == []

    assert companies(committed_site) == 30
    with lead(committed_site):
        states = [row.state for batch in batches for row in batch.importrow_set.all()]
        assert (states.count("taken"), states.count("known")) == (30, 30)
        assert set(ImportBatch.objects.values_list("state", flat=True)) == {"taken"}


def test_what_fails_in_the_middle_leaves_whole_rounds(committed_site):
    batch = imported(committed_site)
    try:
        with lead(committed_site) as opened:
            take_over_some(batch, acting=opened.acting, at_most=10)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert companies(committed_site) == 0
    with lead(committed_site) as opened:
        take_over_some(batch, acting=opened.acting, at_most=10)

    assert companies(committed_site) == 10
    assert take_over_at_once(committed_site, [batch]) == []
    assert companies(committed_site) == 30


def test_changes_are_taken_over_while_records_are_merged_and_nobody_waits_for_ever(committed_site):
    site = committed_site
    assert take_over_at_once(site, [imported(site)]) == []
    batch = imported(site, LIST.replace(";Altena;", ";Werdohl;"))
    with lead(site):
        assert set(batch.importrow_set.values_list("state", flat=True)) == {"changed"}
        known = list(Company.objects.filter(register_key__startswith="iserlohn HRB 10").order_by("-pk"))
    pairs, failures = list(zip(known[:15], known[15:], strict=True)), []

    def merge_all():
        try:
            for survivor, absorbed in pairs:
                with lead(site) as opened:
                    merge_companies(survivor, absorbed, acting=opened.acting, choices={})
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    merging = Thread(target=_on(connection.settings_dict["NAME"], merge_all))
    merging.start()
    failures += take_over_at_once(site, [batch])
    merging.join(60)

    assert failures == []
    with lead(site):
        rows = list(batch.importrow_set.all())
        towns = dict(Company.objects.values_list("pk", "town"))
    assert {row.state for row in rows} <= {"taken", "known", "conflict"}
    # Whatever a row was written to has it; what became part of another record meanwhile was asked about.
    assert all(towns[row.match_id] == "Werdohl" for row in rows if row.state == "taken")
    assert sum(row.state == "taken" for row in rows) >= 15
