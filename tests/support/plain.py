"""The module's plain Python, imported without Odoo's models.

`ozel_kalem.tools` and the tables of its tests know nothing of Odoo; importing the
package itself would want a server.
"""

import sys
from importlib import import_module
from types import ModuleType

from kit import paths

NAME = "plain_ozel_kalem"


def load(name):
    """Return a module of the checkout: load("tools.statistics_book")."""
    for package, folder in [("", "."), (".tests", "tests")]:
        if NAME + package not in sys.modules:
            made = ModuleType(NAME + package)
            made.__path__ = [str(paths.ROOT / paths.MODULE / folder)]
            sys.modules[made.__name__] = made
    return import_module(f"{NAME}.{name}")
