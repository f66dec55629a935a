import pytest

from companies.identity import (
    Identity,
    KnownCompanies,
    Match,
    legal_form,
    match,
    match_list,
    name_key,
    register_key,
    slug_for,
    sort_name,
    split_legal_form,
    town_key,
    vat_key,
)


def company(number, name="Muster Federn GmbH", **more):
    return Identity(company=number, name=name, **more)


def known(*companies):
    return KnownCompanies.of(companies)


@pytest.mark.parametrize("court", ["Iserlohn", "AG Iserlohn", "Amtsgericht Iserlohn", "amtsgericht  ISERLOHN"])
@pytest.mark.parametrize("number", ["90125", "090125", " 90125 "])
def test_a_court_has_one_key_however_written(court, number):
    assert register_key(court, "HRB", number) == "iserlohn HRB 90125"


@pytest.mark.parametrize(
    ("court", "kind", "number"),
    [
        ("", "HRB", "1"),
        ("Hagen", "", "1"),
        ("Hagen", "HRB", ""),
        ("Hagen", "HRB", "0"),
        ("AG", "HRB", "1"),
        (None, None, None),
    ],
)
def test_an_incomplete_register_number_is_no_key(court, kind, number):
    assert register_key(court, kind, number) == ""


def test_registers_and_suffixes_are_kept_apart():
    keys = {register_key("Hagen", kind, number) for kind in ("HRA", "HRB") for number in ("12", "12 B")}
    assert len(keys) == 4


def test_vat_key():
    assert vat_key("DE 999 900 090") == vat_key("de-999900090") == vat_key("999900090") == "DE999900090"
    assert vat_key("") == vat_key(None) == vat_key("keine") == ""


@pytest.mark.parametrize(
    "name",
    [
        "Muster Schließtechnik GmbH & Co. KG",
        "MUSTER SCHLIESSTECHNIK GMBH U. CO KG",
        "Muster Schliess-Technik",
        "muster  schließtechnik AG",
    ],
)
def test_name_key_ignores_case_umlauts_form_and_punctuation(name):
    assert name_key(name) == "musterschliesstechnik"


def test_name_key_of_umlauts_and_their_spelling():
    assert name_key("Drahtzieherei Sprockhövel GmbH") == name_key("Drahtzieherei Sprockhoevel")
    assert name_key("Müller & Söhne") == name_key("Mueller und Soehne")
    assert name_key("Mu\u0308ller") == name_key("Müller")
    assert name_key("") == name_key(" -- ") == ""


def test_sort_name_follows_the_telephone_book():
    assert sort_name("Ängström  Öfen Übelß GmbH") == "angstrom ofen ubelss gmbh"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Muster GmbH u. Co KG", ("Muster", "GmbH & Co. KG")),
        ("Muster GmbH+Co.KG", ("Muster", "GmbH & Co. KG")),
        ("Muster UG (haftungsbeschränkt)", ("Muster", "UG (haftungsbeschränkt)")),
        ("Muster UG (haftungsbeschränkt) & Co. KG", ("Muster", "UG (haftungsbeschränkt) & Co. KG")),
        ("Muster Gesellschaft mit beschränkter Haftung", ("Muster", "GmbH")),
        ("Muster, e. K.", ("Muster", "e.K.")),
        ("Schmidt & Co. KG", ("Schmidt", "& Co. KG")),
        ("Muster Montag", ("Muster Montag", "")),
        ("AG", ("AG", "")),
    ],
)
def test_split_legal_form(name, parts):
    assert split_legal_form(name) == parts


def test_legal_form_alone():
    assert legal_form("gmbh & co kg") == "GmbH & Co. KG"
    assert legal_form("Werkstatt") == ""


def test_slug_and_town():
    assert slug_for("Musterfedern Altena GmbH & Co. KG") == "musterfedern-altena"
    assert slug_for("Müller & Söhne") == "mueller-und-soehne"
    assert slug_for("???") == "firma"
    assert town_key("Menden (Sauerland)") == town_key("Menden")
    assert town_key("Wetter/Ruhr") == town_key("Wetter (Ruhr)")


def test_register_decides_before_vat_and_name():
    others = known(company(1, register="hagen HRB 1"), company(2, "Andere AG"))
    assert match(company(None, "Ganz Anders", register="hagen HRB 1"), others) == Match("known", "register", 1, (1,))


def test_vat_decides_without_a_register_number():
    assert match(company(None, vat="DE 999 900 090"), known(company(1, vat="DE999900090"))) == Match(
        "known", "vat_id", 1, (1,)
    )


def test_register_and_vat_of_two_companies_are_a_question():
    others = known(company(1, register="hagen HRB 1"), company(2, "Andere AG", vat="DE999900090"))
    found = match(company(None, register="hagen HRB 1", vat="DE999900090"), others)
    assert found == Match("question", "conflict", 1, (1, 2))


def test_same_vat_with_another_register_number_is_a_question():
    others = known(company(1, register="hagen HRB 1", vat="DE999900090"))
    assert match(company(None, register="hagen HRB 2", vat="DE999900090"), others).kind == "question"


@pytest.mark.parametrize("place", [{"postcode": "58762"}, {"town": "Altena"}, {"postcode": "58000", "town": "ALTENA"}])
def test_name_and_place_are_only_a_question(place):
    others = known(company(1, postcode="58762", town="Altena"))
    assert match(company(None, "MUSTER FEDERN", **place), others) == Match("question", "name", 1, (1,))


def test_the_same_name_elsewhere_or_in_another_register_is_new():
    others = known(company(1, postcode="58762", town="Altena", register="hagen HRB 1"))
    assert match(company(None, postcode="58095", town="Hagen"), others) == Match("new")
    assert match(company(None, postcode="58762", register="hagen HRB 2"), others) == Match("new")


def test_blank_identifiers_never_match():
    others = known(Identity(1), Identity(2, name="A GmbH"), Identity(3, vat="", register="", postcode="", town=""))
    assert match(Identity(None), others) == Match("new")
    assert match(Identity(None, name="B GmbH"), others) == Match("new")


def test_a_company_twice_in_one_list_matches_its_first_entry():
    entries = [
        company(("row", 2), register="hagen HRB 1", town="Hagen"),
        company(("row", 3), "Muster Federn", register="hagen HRB 1"),
        company(("row", 4), "Muster Federn", town="Hagen"),
        company(("row", 5), "Andere AG", town="Hagen"),
    ]
    found = match_list(entries, known(company(7, "Andere AG", town="Hagen")))
    assert [(each.kind, each.company) for each in found] == [
        ("new", None), ("known", ("row", 2)), ("question", ("row", 2)), ("question", 7),
    ]  # fmt: skip
