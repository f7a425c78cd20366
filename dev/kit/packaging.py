"""The wheel, whose files land in odoo/addons."""

import shutil
import zipfile

from . import paths, python, run
from .errors import KitError


def wheel(_options):
    """Build dist/*.whl from the checkout and look at what is in it."""
    built = build(run.fresh_folder(paths.STATE / "wheel"))
    dist = paths.ROOT / "dist"
    dist.mkdir(exist_ok=True)
    shutil.copy2(built, dist / built.name)
    print(dist / built.name)


def build(folder):
    """Build the wheel into a folder; return its path."""
    run.call(
        [python.ensure_lint(), "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        "Building the wheel",
        cwd=paths.ROOT,
    )
    built = next(folder.glob("*.whl"))
    with zipfile.ZipFile(built) as archive:
        if f"odoo/addons/{paths.MODULE}/__manifest__.py" not in archive.namelist():
            raise KitError(
                f"{built.name} has no odoo/addons/{paths.MODULE}/__manifest__.py"
            )
    return built
