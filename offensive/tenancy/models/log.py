"""What happened: changes, downloads and exports."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models.organisations import Programme
from offensive.tenancy.policies import ORGANISATION_ID, PROGRAMME_ID, TOKEN, all_of, any_of, audience, own, rules


class LogEntryQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme=programme_id)

    def about(self, company_ids):
        return self.filter(company__in=company_ids)

    def newest_first(self):
        return self.order_by("-at", "-pk")


class LogEntry(models.Model):
    """Who changed, downloaded or exported what, and when. Changes are written by the tables' triggers (``Recorded``).

    ``changed`` is {column: [before, after]}, or {column: null} for what is personal. Numbers instead of references:
    the log outlives what it tells of.
    """

    class Operation(models.TextChoices):
        INSERT = "INSERT", _("added")
        UPDATE = "UPDATE", _("changed")
        DELETE = "DELETE", _("removed")
        DOWNLOAD = "DOWNLOAD", _("downloaded")
        VIEW = "VIEW", _("looked at")
        EXPORT = "EXPORT", _("exported")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, db_constraint=False)
    at = models.DateTimeField(db_default=Now())
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=40)
    operation = models.CharField(max_length=10, choices=Operation)
    changed = models.JSONField(default=dict)
    company = models.BigIntegerField(null=True, blank=True)
    category = models.CharField(max_length=20, blank=True)
    user = models.BigIntegerField(null=True, blank=True)
    organisation = models.BigIntegerField(null=True, blank=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["company", "-at", "-id"], name="log_of_company"),
            models.Index(fields=["programme", "-at", "-id"], name="log_of_programme"),
        ]
        constraints = rules(
            "logentry",
            programme="true",
            read=all_of(
                f"programme_id = {PROGRAMME_ID}",
                any_of(
                    audience("lead", "system"),
                    own("company"),
                    all_of(
                        audience("partner"),
                        "(company, category) IN (SELECT company_id, category FROM tenancy_companyaccess "  # noqa: S608  (constants)
                        f"WHERE organisation_id = {ORGANISATION_ID})",
                    ),
                ),
            ),
            # A mailed key changes its own row without a programme's scope.
            insert=any_of(f"programme_id = {PROGRAMME_ID}", f"{TOKEN} IS NOT NULL"),
        )
