"""Virtual environments in the shared cache, one per set of pinned requirements."""

import importlib.util
import platform
import shutil
import sys

from . import paths, run
from .errors import KitError

RUNTIME = paths.DEV / "requirements.txt"
LINT = paths.DEV / "requirements-lint.txt"


def environment(name, requirements):
    """The folder of a virtual environment for these requirements."""
    kind = (platform.python_version(), platform.machine(), sys.base_prefix)
    return paths.CACHE / f"{name}-{run.digest(requirements, *kind)}"


def ensure(name, requirements, what):
    """Make the virtual environment unless it is complete; return its python."""
    folder = environment(name, requirements)
    python = folder / "bin/python"
    complete = folder / ".complete"
    if complete.exists() and python.exists():
        return python
    with run.locked(paths.CACHE, name):
        if not (complete.exists() and python.exists()):
            run.require_space(paths.CACHE)
            run.say(f"Installing {what}")
            _build(folder, requirements)
            complete.touch()
    return python


def ensure_runtime():
    """The Python that runs Odoo and the tests."""
    return ensure("venv", RUNTIME, "the Python packages of Odoo and the tests")


def ensure_lint():
    """The Python that runs the linters."""
    return ensure("lint", LINT, "the linters")


def _build(folder, requirements):
    _require_venv()
    shutil.rmtree(folder, ignore_errors=True)
    run.call([sys.executable, "-m", "venv", folder], "Making a Python environment")
    try:
        run.call(
            [
                folder / "bin/python",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-input",
                "-r",
                requirements,
            ],
            "Installing Python packages",
        )
    except KitError as error:
        raise KitError(
            f"{error}\nWhen the network is back, call again: what is there is kept."
        ) from None


def _require_venv():
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    if run.is_root() and shutil.which("apt-get"):
        run.say("Installing Debian's python3-venv")
        run.call(
            [
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "python3-venv",
            ],
            "apt install",
        )
        return
    raise KitError(
        "Python's venv is missing: run `sudo apt install python3-venv` and call again."
    )
