"""Odoo's runner sees only this package's own ``test_*`` names: give it every test
module of the area folders, so that a new file joins by existing.
"""

import importlib
import pkgutil

for _info in pkgutil.walk_packages(__path__, f"{__name__}."):
    _stem = _info.name.removeprefix(f"{__name__}.")
    if _stem.rpartition(".")[2].startswith("test_"):
        _name = "test_" + _stem.replace(".", "_")
        globals()[_name] = importlib.import_module(_info.name)
