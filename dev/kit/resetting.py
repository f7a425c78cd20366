"""Removing what this checkout made."""

import contextlib
import shutil

from . import paths, postgres, run

OURS = ("stamps", "logs", "data", "postgres", "core-tests", "wheel", "pytest")


def reset(_options):
    """Stop PostgreSQL and remove databases, files and logs; the download cache stays."""
    run.say(f"Removing the databases and files in {paths.STATE}")
    postgres.forget()
    for name in OURS:
        shutil.rmtree(paths.STATE / name, ignore_errors=True)
    paths.CONF.unlink(missing_ok=True)
    for lock in paths.STATE.glob(".*.lock"):
        lock.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        paths.STATE.rmdir()
