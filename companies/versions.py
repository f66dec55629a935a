"""Two people at one record: the second is told who came first, and loses nothing."""

from django.db.models import F

from offensive.accounts.models import User
from offensive.tenancy.models import LogEntry


class OvertakenError(Exception):
    """Somebody has changed the record since it was read. ``row`` is what is stored now, ``who`` a name or ""."""

    def __init__(self, row, *, who, at):
        super().__init__(f"{row} was changed meanwhile")
        self.row, self.who, self.at = row, who, at


class RemovedError(Exception):
    """Somebody has removed the record since it was read."""


def update_seen(rows, *, seen, **values):
    """Change the one row of ``rows`` where its version is still the one that was ``seen``; counts the version up.

    Raises ``OvertakenError`` where it is not, ``RemovedError`` where there is no row any more.
    """
    if rows.filter(version=seen).update(version=F("version") + 1, **values):
        return
    row = rows.first()
    if row is None:
        raise RemovedError
    raise OvertakenError(row, **_last_change_of(row))


def delete_seen(rows, *, seen):
    """Remove the one row of ``rows`` where its version is still the one that was ``seen``; gone already is well.

    Raises ``OvertakenError`` where it was changed meanwhile.
    """
    if rows.filter(version=seen).delete()[0]:
        return
    if row := rows.first():
        raise OvertakenError(row, **_last_change_of(row))


def _last_change_of(row):
    """Who counted the version up last, and when, by the log."""
    about = LogEntry.objects.of(row.programme_id).filter(table=row._meta.db_table, row=str(row.pk))
    entry = about.filter(changed__has_key="version").newest_first().first()
    user = entry and User.objects.filter(pk=entry.user).first()
    return {"who": str(user) if user else "", "at": entry.at if entry else None}
