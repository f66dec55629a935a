"""Lists on their way in, records that look alike, and merged ones: made by the services that real ones go through."""

from django.core.files.uploadedfile import SimpleUploadedFile

from companies.identity import split_legal_form
from companies.import_reading import read_list
from companies.import_services import keep_read, open_import, take_over_some
from companies.merging import merge_companies
from companies.models import Company
from companies.record import change_record
from companies.services import register_company
from offensive.documents.models import DocumentKind
from offensive.documents.services import store
from offensive.enablement.models import Delivery
from offensive.enablement.services import record_delivery

HEAD = "Firma;Straße;PLZ;Ort;Register;Mitarbeiter;E-Mail\n"
LAST_YEAR = """\
Musterdreher Lenne GmbH;Am Stahlhof 4;58762;Altena;Iserlohn HRB 990001;38;info@musterdreher.example
Musterlaser Volme GmbH;Hochstraße 17;58511;Lüdenscheid;Iserlohn HRB 990002;;info@musterlaser.example
Musterguss Ennepe KG;Talstraße 9;58285;Gevelsberg;Hagen HRA 990003;74;info@musterguss.example
Musterdraht Hönne GmbH;Bahnhofstraße 2;58706;Menden;Iserlohn HRB 990004;52;info@musterdraht.example
"""
THIS_YEAR = """\
Musterdreher Lenne GmbH;Gewerbering 11;58762;Altena;Iserlohn HRB 990001;41;info@musterdreher.example
Musterlaser Volme GmbH;Hochstraße 17;58511;Lüdenscheid;Iserlohn HRB 990002;26;info@musterlaser.example
Musterguss Ennepe KG;Werkstraße 30;58285;Gevelsberg;Hagen HRA 990003;74;info@musterguss.example
Musterdraht Hönne GmbH;Bahnhofstraße 2;58706;Menden;Iserlohn HRB 990004;52;info@musterdraht.example
Musterdraht-Hönne Technik GmbH;;58706;Menden;;;technik@musterdraht.example
Musterprüfung Ruhr GmbH;Uferweg 3;58452;Witten;Bochum HRB 990005;19;info@musterpruefung.example
Musterhärte Lister GmbH;Am See 1;58566;Kierspe;Iserlohn HRB 990006;33;info(at)musterhaerte
"""
TWINS = 3


def write_lists(frame, acting):
    """One list taken over, one that waits with every kind of row; some likely duplicates; one merge to decide about."""
    _take_over(_list("Aussteller Zuliefertag 2025.csv", LAST_YEAR, acting), acting)
    _correct_by_hand("Musterguss Ennepe KG", acting, street="Talstraße 9a")
    _list("Aussteller Zuliefertag 2026.csv", THIS_YEAR, acting)
    drafts = [draft for draft in frame.known_drafts if draft["history"].enrolled_on]
    for draft in drafts[:TWINS]:
        _twin(draft, acting)
    _merge_with_event(drafts[TWINS:], acting)


def _list(name, lines, acting):
    """The list as it is read, from its file."""
    upload = SimpleUploadedFile(name, (HEAD + lines).encode())
    document = store(upload, acting=acting, kind=DocumentKind.LIST)
    upload.seek(0)
    return keep_read(open_import(document, acting=acting), read_list(upload, name))


def _take_over(batch, acting):
    while take_over_some(batch, acting=acting):
        pass


def _correct_by_hand(name, acting, **values):
    company = Company.objects.get(programme=acting.programme_id, legal_name=name)
    fields = ("legal_name", "street", "postcode", "town", "register_court", "register_kind", "register_number")
    held = {field: getattr(company, field) for field in (*fields, "vat_id", "first_contact_on")}
    change_record(company, acting=acting, seen=company.version, **held | values)


def _twin(draft, acting):
    """The same enterprise once more, as another office writes it: without its register."""
    town = draft["town"]
    values = {"name": f"{split_legal_form(draft['name'])[0]} Gruppe", "postcode": town.postcode, "town": town.name}
    values["street"] = draft["street"]
    return register_company(acting=acting, values=values, by_user_id=acting.user_id)


def _merge_with_event(drafts, acting):
    """Two records of one enterprise were at one event, and both were given support for it."""
    ids = [draft["organisation"].pk for draft in drafts]
    at_event = (
        Delivery.objects.of(ids).filter(source__startswith="event:").select_related("kind").order_by("pk").first()
    )
    if at_event is None:
        return
    draft = next(each for each in drafts if each["organisation"].pk == at_event.company_id)
    twin = _twin(draft, acting)
    told = {name: getattr(at_event, name) for name in ("kind", "on", "minutes", "title", "source")}
    record_delivery(twin.pk, acting=acting, **told)
    survivor = Company.objects.get(pk=at_event.company_id)
    merge_companies(survivor, twin, acting=acting, choices={})
