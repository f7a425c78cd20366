"""Where things are: the checkout, its state, the shared cache, and what the user named."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev"
MODULE = "ozel_kalem"
MODULE_DIR = ROOT / MODULE

STATE = Path(os.environ.get("OZEL_KALEM_STATE") or ROOT / ".state").resolve()
STAMPS = STATE / "stamps"
LOGS = STATE / "logs"
DATA_DIR = STATE / "data"
CONF = STATE / "odoo.conf"

ODOO_HOME = os.environ.get("ODOO_HOME")
PG_BIN = os.environ.get("PG_BIN")
CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _cache_root():
    named = os.environ.get("OZEL_KALEM_CACHE")
    if named:
        return Path(named).resolve()
    home = os.environ.get("XDG_CACHE_HOME") or (
        os.path.join(os.environ["HOME"], ".cache") if os.environ.get("HOME") else ""
    )
    if not home or not os.access(_existing_parent(Path(home)), os.W_OK):
        return STATE / "cache"
    return Path(home).resolve() / "ozel-kalem"


def _existing_parent(path):
    while not path.exists():
        path = path.parent
    return path


CACHE = _cache_root()
