"""What all sections of a profile have in common: each knows its profile and saves itself through its service."""

from companies.models import Profile
from companies.profile_sections import section_version
from companies.versioned_forms import VersionedForm


class SectionForm(VersionedForm):
    """One section of the profile of ``company``."""

    key = ""
    # Fields that must be there even while it saves itself and much is still missing.
    needed = ()

    def __init__(self, data=None, *, company):
        self.company = company
        super().__init__(data, initial=self.stored())

    def stored(self):
        """What is stored of the section, read anew."""
        self.profile = Profile.objects.get(pk=self.company.pk)
        return self.facts() | {"version": section_version(self.company.pk, self.key)}

    def relax(self):
        """Saving by itself, field by field: what is not filled in yet keeps nothing else from being saved."""
        for name, field in self.fields.items():
            field.required = field.required and name in self.needed
        return self

    @property
    def question(self):
        """A field that only asks something where an answer left it open."""
        return self["wz_choice"] if "wz_choice" in self.fields else None

    @property
    def asked(self):
        """The fields one sees from the beginning."""
        return [field for field in self.visible_fields() if field.name != "wz_choice"]
