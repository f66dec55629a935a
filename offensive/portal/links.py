"""Addresses of pages about one company."""

from dataclasses import dataclass

from companies.models import Company
from offensive.tenancy.addresses import address_for
from offensive.tenancy.scope import Acting


@dataclass(frozen=True, slots=True)
class Links:
    """Where things about ``company`` are found by ``acting``; nowhere in a ``preview``."""

    acting: Acting
    company: Company
    preview: bool = False

    def about(self, name, **names):
        """A page whose address names the company; "" without a ``name``."""
        return self.to(name, slug=self.company.organisation.slug, **names)

    def to(self, name, **names):
        """Any other page."""
        return address_for(self.acting, name, **names) if name and not self.preview else ""

    def work(self, name, kind):
        """The page ``name`` of the catalogue on which the achievement ``kind`` is reached."""
        if name.startswith("workshops:"):
            return self.to(name)
        address = self.about(name, **kind.names)
        wanted = kind.key.partition(":")[2] if name == "portal:document_file" else ""
        return f"{address}?kind={wanted}" if address and wanted else address
