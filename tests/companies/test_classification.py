import pytest

from companies.classification import municipalities, processes, wz_activity, wz_choices, wz_normalised


def test_the_region_has_25_municipalities_in_three_districts():
    places = municipalities().values()
    assert len(places) == 25
    assert {place.kreis for place in places} == {"Märkischer Kreis", "Hagen (kreisfreie Stadt)", "Ennepe-Ruhr-Kreis"}
    assert municipalities()["05962024"].name == "Iserlohn"
    assert municipalities()["05914000"].nuts3 == "DEA53"


def test_processes_are_in_the_order_of_the_standard():
    codes = list(processes())
    assert codes.index("1.10") == codes.index("1.9") + 1
    assert [process.code for process in processes().values() if process.level == 1] == ["1", "2", "3", "4", "5", "6"]
    assert processes()["2.1.3"].main_group == "2"


def test_the_same_code_means_different_things():
    assert "Oberflächenveredlung" in wz_activity("2008", "25.61").title
    assert "Schneidwaren" in wz_activity("2025", "25.61").title


@pytest.mark.parametrize("written", ["25.73.1", "25731", "C25.73.1", "c 25.73.1"])
def test_codes_are_found_however_written(written):
    assert wz_activity("2008", written).code == "25.73.1"


@pytest.mark.parametrize("written", ["99.99", "", "Metall", "25.7311"])
def test_unknown_codes_are_none(written):
    assert wz_activity("2008", written) is None


def test_an_unknown_scheme_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="1999"):
        wz_activity("1999", "25")


def test_choices_by_word_and_by_code():
    assert [activity.code for activity in wz_choices("2008", "Gesenkschm")] == ["25.50.2"]
    assert [activity.code for activity in wz_choices("2008", "25.73", limit=3)] == ["25.73", "25.73.1", "25.73.2"]
    assert wz_choices("2008", " ") == []
    assert wz_normalised("x") == ""
