"""``migrate`` as the owner of the tables; the application's role could not, and must not."""

from contextlib import contextmanager

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db.migrations.state import ProjectState


class Command(Migrate):
    help = "Apply migrations, as the role of OWNER_DATABASE_URL."

    def handle(self, *args, **options):
        if options["database"] == "default" and "owner" in settings.DATABASES:
            options["database"] = "owner"
        with models_built_alone():
            super().handle(*args, **options)


@contextmanager
def models_built_alone():
    """Build only the model anew to which a constraint, an index or a plain column is added.

    Django builds all its neighbours' neighbours with it. Here each table leads to the programme, so that was every
    model for every one of hundreds of constraints: nine tenths of the time on an empty database. The state counts as
    delayed as before, so whatever uses models (``RunPython``) is given all of them built anew.
    """
    with_neighbours = ProjectState._find_reload_model

    def alone(state, app_label, model_name, delay=False):
        if not delay:
            return with_neighbours(state, app_label, model_name)
        state.is_delayed = True
        return {(app_label, model_name)}

    ProjectState._find_reload_model = alone
    try:
        yield
    finally:
        ProjectState._find_reload_model = with_neighbours
