"""Progress lines, locks, stamps and child processes."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from . import paths
from .errors import KitError

_STARTED = time.monotonic()
_LOCK = threading.Lock()
LOGS_KEPT = 20
MIN_FREE_BYTES = 3 * 1024**3


def say(message):
    """Print one progress line with the seconds since the command began."""
    with _LOCK:
        print(
            f"[{time.monotonic() - _STARTED:5.1f} s] {message}",
            file=sys.stderr,
            flush=True,
        )


def elapsed():
    """Seconds since the command began."""
    return time.monotonic() - _STARTED


@contextlib.contextmanager
def locked(folder, name):
    """Hold an exclusive lock, so that two clones or two commands do not build the same thing."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f".{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another command that prepares {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def call(command, what, log=None, worth_showing=None, **kwargs):
    """Run a command quietly; when it fails, say what failed with the end of its output."""
    command = [str(part) for part in command]
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **kwargs,
        )
    except FileNotFoundError:
        raise KitError(f"{what}: the program {command[0]} is not there.") from None
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout)
    if done.returncode:
        lines = filter(worth_showing, done.stdout.strip().splitlines())
        tail = "\n".join(list(lines)[-12:])
        where = f"\n(whole output: {log})" if log else ""
        raise KitError(f"{what} failed (exit code {done.returncode}).\n{tail}{where}")
    return done.stdout


def digest(*parts):
    """A short hash of texts and of the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        total.update(
            part.read_bytes() if isinstance(part, Path) else str(part).encode()
        )
        total.update(b"\0")
    return total.hexdigest()[:12]


def tree_digest(folder, skip=("__pycache__", "tests")):
    """A short hash of every file below a folder, byte-code and tests left out."""
    total = hashlib.sha256()
    for base, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if name not in skip)
        for name in sorted(files):
            path = Path(base) / name
            total.update(f"{path.relative_to(folder)}\0".encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:12]


def fresh_folder(path):
    """An empty folder at path, whatever a killed run left there."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def require_space(folder):
    """Stop early when the disk cannot hold what is about to be made."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        raise KitError(
            f"Too little disk: {free / 1024**3:.1f} GB free at {folder}, 3 GB are needed.\n"
            "Free some space, or name another place with OZEL_KALEM_STATE and XDG_CACHE_HOME."
        )


def is_root():
    """Whether this process has root's rights."""
    return os.geteuid() == 0


def new_log(name):
    """A log file of its own for this process; the link NAME.log names the newest."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    earlier = sorted(
        paths.LOGS.glob(f"{name}-*.log"), key=lambda path: path.stat().st_mtime
    )
    for path in earlier[:-LOGS_KEPT]:
        path.unlink(missing_ok=True)
    log = paths.LOGS / f"{name}-{os.getpid()}.log"
    link = paths.LOGS / f".{name}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(log.name)
    link.replace(paths.LOGS / f"{name}.log")
    return log


def stamped(name):
    """The text of a stamp of this checkout, or an empty text."""
    try:
        return (paths.STAMPS / name).read_text()
    except FileNotFoundError:
        return ""


def stamp(name, text):
    """Remember that a step was done with these inputs."""
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    temporary = paths.STAMPS / f".{name}.{os.getpid()}"
    temporary.write_text(text)
    temporary.replace(paths.STAMPS / name)
