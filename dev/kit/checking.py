"""Checks that need a database with the module."""

import os
import subprocess

from . import databases, odoo, paths


def i18n(options):
    """Export the module's terms and merge or compare them (dev/i18n.py)."""
    ready = odoo.ensure()
    databases.sweep(ready)
    name = f"ok_i18n_{os.getpid()}"
    try:
        databases.fresh(ready, name)
        return subprocess.run(
            [
                str(ready.python),
                str(paths.DEV / "i18n.py"),
                name,
                *(["--check"] if options.check else []),
            ],
            env=ready.environment(),
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
        ).returncode
    finally:
        databases.drop(ready, name)
