"""Addresses of pages about one company."""

from dataclasses import dataclass

from companies.models import Company
from offensive.tenancy.addresses import address_for
from offensive.tenancy.models import AccessCategory
from offensive.tenancy.scope import Acting

# Pages that do not exist for those to whom the category is not released.
PAGES_OF = {
    AccessCategory.PROFILE: {"portal:profile", "portal:profile_section", "portal:certificate_add"},
    AccessCategory.DOCUMENTS: {"portal:document_file"},
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where things about ``company`` are found by ``acting``, to whom ``categories`` are released.

    Nowhere in a ``preview``.
    """

    acting: Acting
    company: Company
    categories: frozenset
    preview: bool = False

    def about(self, name, **names):
        """A page whose address names the company; "" without a ``name``."""
        return self.to(name, slug=self.company.organisation.slug, **names)

    def to(self, name, **names):
        """Any other page."""
        closed = any(name in pages for category, pages in PAGES_OF.items() if category not in self.categories)
        return "" if closed or self.preview or not name else address_for(self.acting, name, **names)

    def work(self, name, kind):
        """The page ``name`` of the catalogue on which the achievement ``kind`` is reached."""
        if name.startswith("workshops:"):
            return self.to(name)
        address = self.about(name, **kind.names)
        wanted = kind.key.partition(":")[2] if name == "portal:document_file" else ""
        return f"{address}?kind={wanted}" if address and wanted else address
