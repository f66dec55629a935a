"""A form that knows what it has shown, so that nobody overwrites another's work unknowingly."""

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from companies.services import CompanyError
from companies.versions import OvertakenError, RemovedError
from offensive.documents.services import DocumentError


class VersionedForm(forms.Form):
    """``stored()`` of a subclass gives what is stored now, by field, with its ``version``."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # The row whose version it is, read anew once another has changed it.
    row = None
    # Set when somebody has removed the record meanwhile: sending again then adds it anew.
    is_removed = False

    def stored(self):
        raise NotImplementedError

    @property
    def seen(self):
        """The version that was on the screen."""
        return self.cleaned_data.get("version") or 0

    def values(self):
        """What was typed, without the form's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "form_key")}

    def attempt(self, work):
        """Whether ``work`` succeeded; what speaks against it becomes the form's error, and what was typed stays."""
        try:
            work()
        except OvertakenError as overtaken:
            return self._compare(overtaken)
        except RemovedError:
            self.tell_removed()
        except (CompanyError, DocumentError) as error:
            self.add_error(None, str(error))
        else:
            return True
        return False

    def tell_removed(self):
        self.is_removed = True
        self.add_error(
            None, _("Somebody has removed this meanwhile. Your entries are still here; save to add it anew.")
        )

    def _compare(self, overtaken):
        """Show what is stored beside what differs; nothing differs where the same was sent twice."""
        if self.row:
            self.row.refresh_from_db()
        stored, typed = self.stored(), dict(self.cleaned_data)
        differing = [name for name in self.fields if name in stored and not _same(typed.get(name), stored[name])]
        differing = [name for name in differing if name != "version"]
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = stored["version"]
        for name in differing:
            self.add_error(name, _("Now stored: %s") % _shown(self.fields[name], stored[name]))
        if differing:
            self.add_error(None, _sentence(overtaken))
        return not differing


def _sentence(overtaken):
    words = _(
        "%(who)s has changed this meanwhile%(when)s. Your entries are still here: compare, then save to overwrite."
    )
    when = f" ({date_format(localtime(overtaken.at), 'SHORT_DATETIME_FORMAT')})" if overtaken.at else ""
    return words % {"who": overtaken.who or _("Somebody"), "when": when}


def _same(one, other):
    return _plain(one) == _plain(other)


def _plain(value):
    if value in (None, "", []):
        return None
    return sorted(map(str, value)) if isinstance(value, list | tuple | set) else value


def _shown(field, value):
    """A stored value as people write it."""
    if _plain(value) is None:
        return _("nothing")
    if isinstance(value, list | tuple | set):
        return ", ".join(_label(field, each) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return number_format(value, force_grouping=True)
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else _label(field, value)


def _label(field, value):
    for key, label in getattr(field, "choices", ()):
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        for known, words in pairs:
            if str(known) == str(value):
                return str(words)
    return str(value)
