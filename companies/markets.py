"""In which markets a company makes its turnover, and where it would like to have customers."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from companies.models import CompanyMarket, Profile
from companies.profile_facets import refresh_facets
from companies.profile_sections import claim_section
from companies.services import CompanyError
from offensive.tenancy.remembering import changed


@transaction.atomic
def save_markets(profile, *, seen, by_user_id, shares, wishes):
    """``shares``: {market: share of turnover, 0 to 1}; ``wishes``: markets the company would like to enter.

    Raises ``CompanyError`` where all shares, that of automotive included, are more than the whole turnover.
    """
    Profile.objects.select_for_update().get(pk=profile.pk)
    claim_section(profile, "markets", seen=seen, by_user_id=by_user_id)
    said = {market for market, share in shares.items() if share} | set(wishes)
    held = CompanyMarket.objects.filter(company=profile.company_id)
    held.exclude(market__in=said).delete()
    CompanyMarket.objects.bulk_create(
        [
            CompanyMarket(
                programme_id=profile.programme_id,
                company_id=profile.company_id,
                market=market,
                share=shares.get(market) or None,
                is_wished=market in wishes,
            )
            for market in sorted(said)
        ],
        update_conflicts=True,
        unique_fields=["company", "market"],
        update_fields=["share", "is_wished"],
    )
    check_shares(profile.company_id)
    refresh_facets(profile.company_id, programme_id=profile.programme_id)
    changed(profile.programme_id)


def check_shares(company_id):
    """Raise ``CompanyError`` where the shares of turnover are more than all of it; who asks holds the profile's row."""
    others = CompanyMarket.objects.filter(company=company_id).aggregate(together=Sum("share"))["together"]
    automotive = Profile.objects.values_list("automotive_share", flat=True).get(pk=company_id)
    together = (others or Decimal(0)) + (automotive or Decimal(0))
    if together > 1:
        raise CompanyError(
            _("Together with automotive (%(automotive)s %%) that is %(sum)s %% of your turnover; 100 %% is all of it.")
            % {"automotive": percent(automotive or Decimal(0)), "sum": percent(together)}
        )


def percent(share):
    """A share from 0 to 1 as people write it in per cent."""
    return number_format((share * 100).normalize() + 0, force_grouping=True)
