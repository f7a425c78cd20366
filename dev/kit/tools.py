"""Programs that only the system's package manager can install."""

import os
import shutil
import subprocess
from pathlib import Path

from . import paths, run
from .errors import KitError

PACKAGES = {
    "chromium": "chromium",
    "wkhtmltopdf": "wkhtmltopdf",
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "soffice": "libreoffice-calc",
    "msgfmt": "gettext",
    "liberation-fonts": "fonts-liberation",
    "dejavu-fonts": "fonts-dejavu-core",
}
FILES = {
    "chromium": "/usr/bin/chromium",
    "liberation-fonts": "/usr/share/fonts/truetype/liberation",
    "dejavu-fonts": "/usr/share/fonts/truetype/dejavu",
}


def present(name):
    """Whether the tool is on this machine."""
    return (
        Path(FILES[name]).exists() if name in FILES else shutil.which(name) is not None
    )


def missing():
    """The Debian packages of the tools that are not here."""
    return sorted({package for name, package in PACKAGES.items() if not present(name)})


def command(packages):
    """What an administrator types to install these packages."""
    return f"apt-get install --no-install-recommends {' '.join(packages)}"


def ensure():
    """Install what is missing where that is possible; elsewhere say what to type."""
    packages = missing()
    if not packages:
        return True
    if not run.is_root() or not shutil.which("apt-get"):
        run.say(
            f"Not here, the tests that need them will be skipped: {', '.join(packages)}"
        )
        run.say(f"To install them: sudo {command(packages)}")
        return _tolerate(packages)
    with run.locked(paths.STATE, "tools"):
        run.say(f"Installing {', '.join(packages)}")
        try:
            _install(packages)
        except KitError as error:
            run.say(str(error))
    return _tolerate(missing())


def explain(name):
    """Why a test that needs this tool cannot run."""
    return f"{name} is not here; install it with: sudo {command([PACKAGES[name]])}"


def _tolerate(packages):
    if packages and paths.CI:
        raise KitError(
            f"With CI=true every tool must be there; missing: {command(packages)}"
        )
    return not packages


def _install(packages):
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    simulated = subprocess.run(
        [*install, "--simulate"],
        env=quiet,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    if simulated.returncode:
        run.call(["apt-get", "-qq", "update"], "apt-get update", env=quiet)
    run.call(
        install,
        f"Installing {' '.join(packages)}",
        log=paths.LOGS / "apt.log",
        env=quiet,
    )
