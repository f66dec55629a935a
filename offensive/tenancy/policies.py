"""Row security, same-tenant keys and grants, declared in ``Meta.constraints``.

As constraints they are written by ``makemigrations``, shown by ``sqlmigrate`` and read in one place
with the model they guard. A policy compares the row with the transaction's *scope*: settings named
``offensive.*`` which ``scope.py`` sets. Every setting is wrapped in a sub-select, so that PostgreSQL
evaluates it once per statement and not once per row.
"""

from django.db.models.constraints import BaseConstraint

APP_ROLE = "offensive_app"
RETENTION_ROLE = "offensive_retention"


class TableRule(BaseConstraint):
    """A constraint that is a statement about its table and never checks a single instance in Python."""

    def constraint_sql(self, model, schema_editor):
        # Inside CREATE TABLE there is no place for it: it runs once all tables of the migration stand.
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def validate(self, model, instance, exclude=None, using=None):
        """The database keeps this rule."""

    def deconstruct(self):
        _path, args, kwargs = super().deconstruct()
        return f"offensive.tenancy.policies.{type(self).__name__}", args, {**kwargs, **self.arguments()}

    def __eq__(self, other):
        return type(self) is type(other) and self.name == other.name and self.arguments() == other.arguments()

    __hash__ = BaseConstraint.__hash__


class Policy(TableRule):
    """``CREATE POLICY`` for one command of one table; it also switches row security on."""

    def __init__(self, *, name, command, using="", check=""):
        super().__init__(name=name)
        self.command, self.using, self.check_sql = command, using, check

    def arguments(self):
        return {"command": self.command, "using": self.using, "check": self.check_sql}

    def create_sql(self, model, schema_editor):
        table, name = (schema_editor.quote_name(text) for text in (model._meta.db_table, self.name))
        using = f" USING ({self.using})" if self.using else ""
        check = f" WITH CHECK ({self.check_sql})" if self.check_sql else ""
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
            f"CREATE POLICY {name} ON {table} FOR {self.command}{using}{check}"
        )

    def remove_sql(self, model, schema_editor):
        return f"DROP POLICY {schema_editor.quote_name(self.name)} ON {schema_editor.quote_name(model._meta.db_table)}"


class Grant(TableRule):
    """What the application's role may do with a table; a ledger gets SELECT and INSERT."""

    def __init__(self, *, name, privileges, role=APP_ROLE):
        super().__init__(name=name)
        self.privileges, self.role = privileges, role

    def arguments(self):
        return {"privileges": self.privileges, "role": self.role}

    def create_sql(self, model, schema_editor):
        return f"GRANT {self.privileges} ON {schema_editor.quote_name(model._meta.db_table)} TO {self.role}"

    def remove_sql(self, model, schema_editor):
        return f"REVOKE {self.privileges} ON {schema_editor.quote_name(model._meta.db_table)} FROM {self.role}"


class SameTenant(TableRule):
    """Doubles the foreign key ``field`` as (programme_id, field) → (programme_id, key of the target).

    Foreign-key checks bypass row security, so without it a row of one programme can point into another.
    The target needs a ``TenantKey``. ``shared`` is another column that both rows must have in common.
    """

    def __init__(self, field, *, name, shared="programme_id"):
        super().__init__(name=name)
        self.field, self.shared = field, shared

    def arguments(self):
        return {"field": self.field, "shared": self.shared}

    def deconstruct(self):
        path, _args, kwargs = super().deconstruct()
        return path, (kwargs.pop("field"),), kwargs

    def create_sql(self, model, schema_editor):
        quote, field = schema_editor.quote_name, model._meta.get_field(self.field)
        target = field.remote_field.model._meta
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY ({quote(self.shared)}, {quote(field.column)}) "
            f"REFERENCES {quote(target.db_table)} ({quote(self.shared)}, {quote(target.pk.column)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model, schema_editor):
        return schema_editor._delete_constraint_sql(schema_editor.sql_delete_fk, model, self.name)


class SameCompany(SameTenant):
    """Triples the foreign key ``field``: what a row points at belongs to the row's own company.

    The target needs a unique key (programme, company, id).
    """

    def create_sql(self, model, schema_editor):
        quote, field = schema_editor.quote_name, model._meta.get_field(self.field)
        target = field.remote_field.model._meta
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (programme_id, company_id, {quote(field.column)}) "
            f"REFERENCES {quote(target.db_table)} (programme_id, company_id, {quote(target.pk.column)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )


class Checked(TableRule):
    """A trigger that looks at other rows before a row is written, for rules that no CHECK can hold.

    ``function`` raises ``check_violation`` with the rule's name; ``event`` is INSERT or UPDATE; ``when`` spares the
    rows that the rule does not concern.
    """

    def __init__(self, *, name, function, event="INSERT", when="true"):
        super().__init__(name=name)
        self.function, self.event, self.when = function, event, when

    def arguments(self):
        return {"function": self.function, "event": self.event, "when": self.when}

    def create_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return (
            f"CREATE TRIGGER {quote(self.name)} BEFORE {self.event} ON {quote(model._meta.db_table)} "
            f"FOR EACH ROW WHEN ({self.when}) EXECUTE FUNCTION {self.function}()"
        )

    def remove_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return f"DROP TRIGGER {quote(self.name)} ON {quote(model._meta.db_table)}"


class Recorded(TableRule):
    """A trigger that writes every change of a row into ``tenancy_logentry``, whoever changes it and by whatever SQL.

    ``company`` is the column that says whose row it is, ``category`` what must have been released to read of it.
    Columns named ``personal`` are recorded as changed, without their values. New rows are recorded with ``inserts``
    only: most carry their author and moment themselves.
    """

    def __init__(self, *, name, category="", company="", personal=(), inserts=False):
        super().__init__(name=name)
        self.category, self.company, self.personal, self.inserts = category, company, tuple(personal), inserts

    def arguments(self):
        return {
            "category": self.category,
            "company": self.company,
            "personal": self.personal,
            "inserts": self.inserts,
        }

    def create_sql(self, model, schema_editor):
        quote, key = schema_editor.quote_name, model._meta.pk.column
        events = "INSERT OR UPDATE OR DELETE" if self.inserts else "UPDATE OR DELETE"
        arguments = ", ".join(f"'{text}'" for text in (key, self.company, self.category, ",".join(self.personal)))
        return (
            f"CREATE TRIGGER {quote(self.name)} AFTER {events} ON {quote(model._meta.db_table)} "
            f"FOR EACH ROW EXECUTE FUNCTION offensive_record_change({arguments})"
        )

    def remove_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return f"DROP TRIGGER {quote(self.name)} ON {quote(model._meta.db_table)}"


class CheckedAtCommit(TableRule):
    """A rule over several tables: the database function ``function`` raises when the transaction leaves it broken."""

    def __init__(self, *, name, function):
        super().__init__(name=name)
        self.function = function

    def arguments(self):
        return {"function": self.function}

    def create_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return (
            f"CREATE CONSTRAINT TRIGGER {quote(self.name)} AFTER INSERT OR UPDATE ON {quote(model._meta.db_table)} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {self.function}()"
        )

    def remove_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return f"DROP TRIGGER {quote(self.name)} ON {quote(model._meta.db_table)}"


# The words of which policies are made.

PROGRAMME_ID = "(SELECT NULLIF(current_setting('offensive.programme', true), '')::bigint)"
ORGANISATION_ID = "(SELECT NULLIF(current_setting('offensive.organisation', true), '')::bigint)"
USER_ID = "(SELECT NULLIF(current_setting('offensive.user', true), '')::bigint)"
TOKEN = "(SELECT NULLIF(current_setting('offensive.token', true), ''))"  # noqa: S105  (SQL that reads the setting)
COMPANY_IDS = "(SELECT string_to_array(NULLIF(current_setting('offensive.companies', true), ''), ',')::bigint[])"
IN_PROGRAMME = f"programme_id = {PROGRAMME_ID}"

STAFF = ("lead", "partner")
CONSORTIUM = ("lead", "partner", "system")


def audience(*names):
    """The one who asks belongs to one of the audiences ``names``."""
    listed = ", ".join(f"'{name}'" for name in names)
    return f"(SELECT current_setting('offensive.audience', true)) IN ({listed})"


def own(column="company_id"):
    """The row belongs to the company that asks (the survivor of merges and those it absorbed)."""
    return f"{audience('company')} AND {column} = ANY ({COMPANY_IDS}::bigint[])"


def released(category, column="company_id"):
    """A partner that asks has been given ``category`` of the row's company.

    An uncorrelated sub-select: PostgreSQL hashes it once, however many rows are read.
    """
    return (
        f"{audience('partner')} AND {column} IN (SELECT company_id FROM tenancy_companyaccess "  # noqa: S608  (constants)
        f"WHERE organisation_id = {ORGANISATION_ID} AND category = '{category}')"
    )


def audited(column):
    """An auditor that asks has the paper in a sample drawn for them, today still.

    The sub-select is as uncorrelated as that of ``released``.
    """
    return (
        f"{audience('auditor')} AND {column} IN (SELECT document FROM tenancy_auditaccess "  # noqa: S608  (constants)
        f"WHERE user_id = {USER_ID} AND until >= (now() AT TIME ZONE 'Europe/Berlin')::date)"
    )


def any_of(*conditions):
    return " OR ".join(f"({condition})" for condition in conditions)


def all_of(*conditions):
    return " AND ".join(f"({condition})" for condition in conditions)


def rules(table, *, read, insert=None, update=None, delete=None, programme=IN_PROGRAMME, open_while=""):
    """Policies and the grant of one table; what is not named is not allowed.

    ``programme`` joins every condition, so that no policy can forget the tenant. ``open_while`` is what a row must
    fulfil to be changed; the change itself may end that.
    """
    wanted = {"SELECT": read, "INSERT": insert, "UPDATE": update, "DELETE": delete}
    allowed = {command: all_of(programme, condition) for command, condition in wanted.items() if condition}
    return [
        *(_policy(table, command, condition, open_while) for command, condition in allowed.items()),
        Grant(name=f"{table}_grant", privileges=", ".join(allowed)),
    ]


def _policy(table, command, condition, open_while):
    name = f"{table}_{command.lower()}"
    if command == "INSERT":
        return Policy(name=name, command=command, check=condition)
    if command == "UPDATE":
        using = all_of(condition, open_while) if open_while else condition
        return Policy(name=name, command=command, using=using, check=condition)
    return Policy(name=name, command=command, using=condition)


def company_rules(table, *, category, insert=None, update=None, delete=None, column="company_id", author=""):
    """Rules of a table whose rows belong to a company.

    The lead reads all, a partner what was released to it, a company its own. ``insert``, ``update`` and
    ``delete`` name audiences; each may write what it may read. ``author`` is the column that says who has written a
    new row: nobody but the system writes in another's name.
    """
    by_audience = {
        "lead": audience("lead"),
        "partner": released(category, column),
        "company": own(column),
        "system": audience("system"),
    }
    may = {"insert": insert, "update": update, "delete": delete}
    conditions = {
        command: any_of(*(by_audience[name] for name in (*names, "system"))) for command, names in may.items() if names
    }
    if author:
        conditions["insert"] = all_of(conditions["insert"], any_of(f"{author} = {USER_ID}", audience("system")))
    return rules(table, read=any_of(*by_audience.values()), **conditions)
