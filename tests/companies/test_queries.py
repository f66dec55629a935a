"""Which records are one enterprise."""

from companies.models import Merge
from companies.queries import company_list, enterprise_ids
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope


def test_enterprise_is_survivor_and_absorbed_while_the_merge_stands(site):
    survivor, absorbed = site.company, site.other_company
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws") as opened:
        assert enterprise_ids(survivor.pk) == {survivor.pk}
        Merge.objects.create(
            programme=site.programme, survivor=survivor, absorbed=absorbed, merged_by_id=opened.acting.user_id
        )

        assert enterprise_ids(survivor.pk) == enterprise_ids(absorbed.pk) == {survivor.pk, absorbed.pk}
        assert [company.pk for company in company_list(site.programme.pk)] == [survivor.pk]


def test_list_holds_the_programme_alone(site):
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws"):
        assert list(company_list(site.elsewhere.programme.pk)) == []
        assert len(company_list(site.programme.pk)) == 2
