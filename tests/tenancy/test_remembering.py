"""What is remembered is forgotten with the next change, and belongs to one organisation."""

from offensive.tenancy.remembering import changed, remembered
from offensive.tenancy.roles import Role


def test_second_question_is_answered_from_memory(site):
    acting, answers = site.acting[Role.LEAD_COORDINATOR], iter([1, 2])
    assert [remembered(acting, "figures", lambda: next(answers)) for _ in range(3)] == [1, 1, 1]


def test_change_in_the_programme_is_seen_at_once(site):
    acting, answers = site.acting[Role.LEAD_COORDINATOR], iter([1, 2])
    assert remembered(acting, "figures", lambda: next(answers)) == 1
    changed(site.elsewhere.programme.pk)
    assert remembered(acting, "figures", lambda: next(answers)) == 1
    changed(site.programme.pk)
    assert remembered(acting, "figures", lambda: next(answers)) == 2


def test_another_organisation_remembers_for_itself(site):
    lead, partner = site.acting[Role.LEAD_COORDINATOR], site.acting[Role.PARTNER_ADVISOR]
    assert remembered(lead, "figures", lambda: "all") == "all"
    assert remembered(partner, "figures", lambda: "own") == "own"


def test_without_the_cache_all_is_computed(site, settings):
    settings.CACHES = {
        **settings.CACHES,
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    changed(site.programme.pk)
    answers = iter([1, 2])
    assert [remembered(site.acting[Role.LEAD_COORDINATOR], "figures", lambda: next(answers)) for _ in range(2)] == [
        1,
        2,
    ]
