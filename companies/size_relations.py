"""Partner and linked enterprises: whose figures are added to those of the enterprise that is assessed, and how much.

Recommendation 2003/361/EC, Annex, Art. 3 and 6. Pure: nothing here asks the database.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WHOLE = Decimal(100)
# The key of the enterprise that is assessed, as others name it in ``via``.
ASSESSED = 0


class Kind(TextChoices):
    """What a related enterprise or holder is."""

    ENTERPRISE = "enterprise", _("enterprise")
    PUBLIC = "public", _("public body, or an enterprise that public bodies control")
    AUTHORITY = "authority", _("municipality or other autonomous local authority")
    PUBLIC_INVESTMENT = "public_investment", _("public investment corporation")
    VENTURE = "venture", _("venture capital company")
    ANGEL = "angel", _("business angels (persons who invest venture capital regularly)")
    UNIVERSITY = "university", _("university or non-profit research centre")
    INSTITUTIONAL = "institutional", _("institutional investor, also a regional development fund")


class Bond(TextChoices):
    """How an enterprise is connected with the one named in ``via``."""

    HOLDS = "holds", _("it holds shares in the other")
    HELD = "held", _("the other holds shares in it")
    PERSONS = "persons", _("the same people control both, for example a family")


class Accounts(TextChoices):
    """Whether the figures of two linked enterprises already stand in one set of accounts."""

    SEPARATE = "separate", _("no, it has accounts of its own")
    CONTAINED = "contained", _("its figures are already contained in those of the other")
    CONTAINS = "contains", _("its figures already contain those of the other")


class Tie(TextChoices):
    """What a connection amounts to."""

    LINKED = "linked", _("linked enterprise")
    PARTNER = "partner", _("partner enterprise")
    AUTONOMOUS = "autonomous", _("too small a share")
    EXEMPT = "exempt", _("exempt investor")
    PUBLIC = "public", _("public body")
    OTHER_MARKET = "other_market", _("same people, other market")
    SECOND_PARTNER = "second_partner", _("partner of a partner")
    DETACHED = "detached", _("connected through one that does not count")


@dataclass(frozen=True, slots=True)
class Figures:
    """One accounting period: annual work units, turnover in EUR, balance sheet total in EUR."""

    awu: Decimal
    turnover: Decimal
    balance: Decimal

    def __add__(self, other):
        return Figures(self.awu + other.awu, self.turnover + other.turnover, self.balance + other.balance)

    def part(self, percent):
        return Figures(*(figure * percent / WHOLE for figure in self.as_tuple()))

    def as_tuple(self):
        return self.awu, self.turnover, self.balance


NOTHING = Figures(Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Relation:
    """An enterprise or holder and its connection with the enterprise ``via`` (``ASSESSED`` or another's ``key``).

    ``capital`` and ``votes`` in percent; ``votes`` None where they follow the capital. ``figures`` oldest first.
    """

    key: int
    name: str
    via: int = ASSESSED
    kind: Kind = Kind.ENTERPRISE
    bond: Bond = Bond.HOLDS
    capital: Decimal = Decimal(0)
    votes: Decimal | None = None
    # Majority of the management appointed, or dominant influence by contract, statute or agreement.
    has_control: bool = False
    # Of a connection through people: active in the same market or one directly before or after it.
    same_market: bool = False
    accounts: Accounts = Accounts.SEPARATE
    invested_eur: Decimal | None = None
    budget_eur: Decimal | None = None
    inhabitants: int | None = None
    figures: tuple[Figures, ...] = ()

    @property
    def percent(self):
        """The larger of capital and votes (Art. 6(2))."""
        return max(self.capital, self.capital if self.votes is None else self.votes)


@dataclass(frozen=True, slots=True)
class Counted:
    """A relation, what it amounts to, and how much of its figures counts (percent, 0 for nothing)."""

    relation: Relation
    tie: Tie
    percent: Decimal
    # Its figures stand in somebody else's accounts already.
    is_contained: bool = False

    @property
    def needs_figures(self):
        return self.percent > 0 and not self.is_contained


@dataclass(frozen=True, slots=True)
class Group:
    """All relations as they count, and what public bodies hold of the enterprise that is assessed, in percent."""

    counted: tuple[Counted, ...]
    public_percent: Decimal
    # The own figures stand in the consolidated accounts of a linked enterprise.
    own_is_contained: bool

    @property
    def with_figures(self):
        return tuple(one for one in self.counted if one.needs_figures)


def group_of(relations, rules):
    """The ``Group`` around the enterprise that is assessed.

    Linked enterprises count in full, at any distance; direct partners of it and of its linked enterprises with their
    percentage, after their own linked enterprises have been added to them in full (Art. 6(2) and (3)). Partners of
    partners do not count.
    """
    tree = _Tree(relations, rules)
    found = list(tree.walk(ASSESSED, WHOLE, in_group=True))
    contained = {one.relation.key for one in found if _merges(one, Accounts.CONTAINED)}
    contained |= {one.relation.via for one in found if _merges(one, Accounts.CONTAINS)}
    counted = (Counted(one.relation, one.tie, one.percent, one.relation.key in contained) for one in found)
    return Group(tuple(counted), tree.public_percent(), ASSESSED in contained)


def _merges(one, accounts):
    """Only linked enterprises are consolidated in full."""
    return one.tie == Tie.LINKED and one.percent > 0 and one.relation.accounts == accounts


def aggregated(own, group):
    """The periods ``own`` (oldest first) with the figures of all that count added, none twice.

    Raises ValueError when an enterprise that counts lacks a period.
    """
    if any(len(one.relation.figures) != len(own) for one in group.with_figures):
        raise ValueError("every enterprise that counts needs the same periods")
    return tuple(
        sum(
            (one.relation.figures[place].part(one.percent) for one in group.with_figures),
            NOTHING if group.own_is_contained else period,
        )
        for place, period in enumerate(own)
    )


class _Tree:
    """Relations by the enterprise they are connected with."""

    def __init__(self, relations, rules):
        self.rules, self.children = rules, defaultdict(list)
        for relation in relations:
            self.children[relation.via].append(relation)

    def walk(self, via, percent, *, in_group):
        """``in_group``: the enterprise ``via`` is the assessed one or linked with it, and no partner."""
        for relation in self.children[via]:
            tie = self.tie(relation)
            if tie == Tie.PARTNER and not in_group:
                tie = Tie.SECOND_PARTNER
            weight = {Tie.LINKED: percent, Tie.PARTNER: relation.percent}.get(tie, Decimal(0))
            if not percent and tie != Tie.PUBLIC:
                tie, weight = Tie.DETACHED, Decimal(0)
            yield Counted(relation, tie, weight)
            yield from self.walk(relation.key, weight, in_group=in_group and tie == Tie.LINKED)

    def tie(self, relation):
        """What the connection with ``via`` amounts to, taken by itself."""
        if self.is_public(relation):
            return Tie.PUBLIC
        if relation.bond == Bond.PERSONS:
            return Tie.LINKED if relation.same_market else Tie.OTHER_MARKET
        if self._is_linked(relation):
            return Tie.LINKED
        if relation.percent < self.rules.partner_from:
            return Tie.AUTONOMOUS
        return Tie.EXEMPT if self._may_be_exempt(relation) else Tie.PARTNER

    def _is_linked(self, relation):
        return relation.has_control or relation.percent > self.rules.linked_above

    def _may_be_exempt(self, relation):
        if relation.kind == Kind.ANGEL:
            return relation.invested_eur is not None and relation.invested_eur < self.rules.angel_invested_below
        if relation.kind == Kind.AUTHORITY:
            return self._is_small_authority(relation)
        return relation.kind not in (Kind.ENTERPRISE, Kind.PUBLIC)

    def _is_small_authority(self, relation):
        return (
            None not in (relation.budget_eur, relation.inhabitants)
            and relation.budget_eur < self.rules.authority_budget_below
            and relation.inhabitants < self.rules.authority_inhabitants_below
        )

    def is_public(self, relation):
        """A public body that is not exempt, or a holder that one controls.

        The exemptions end where more than half is held: then the investor's own public nature counts.
        """
        if relation.bond != Bond.HOLDS:
            return False
        if relation.kind == Kind.PUBLIC:
            return True
        if relation.kind == Kind.AUTHORITY:
            return self._is_linked(relation) or not self._is_small_authority(relation)
        if relation.kind == Kind.PUBLIC_INVESTMENT:
            return self._is_linked(relation)
        return any(self._is_linked(holder) and self.is_public(holder) for holder in self.children[relation.key])

    def public_percent(self):
        """What public bodies hold together, directly or through holders they control: the larger of capital and votes.

        One that controls by contract is taken to hold all (Art. 3(4): "directly or indirectly controlled").
        """
        holders = [relation for relation in self.children[ASSESSED] if self.is_public(relation)]
        if any(holder.has_control for holder in holders):
            return WHOLE
        capital = sum((holder.capital for holder in holders), Decimal(0))
        votes = sum((holder.capital if holder.votes is None else holder.votes for holder in holders), Decimal(0))
        return max(capital, votes)
