"""The wheel: what `pip install` gives a municipality is the whole module."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from kit import databases, packaging, paths, run

ROOT = f"odoo/addons/{paths.MODULE}"
WHERE = """
from odoo.modules.module import Manifest, initialize_sys_path
from odoo.tools import config
config.parse_config([])
initialize_sys_path()
print(Manifest.for_addon(%r).path)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of the checkout."""
    return packaging.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def site(odoo, wheel, tmp_path_factory):
    """A site-packages folder with nothing but the wheel in it."""
    folder = tmp_path_factory.mktemp("site-packages")
    pip = [odoo.python, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet"]
    run.call([*pip, "--target", folder, wheel], "Installing the wheel")
    return folder


@pytest.fixture
def environment(odoo, site, tmp_path):
    """Odoo's environment, in which the checkout is on no path."""
    text = paths.CONF.read_text()
    kept = [line for line in text.splitlines() if not line.startswith("addons_path")]
    addons = ",".join(map(str, odoo.addons))
    conf = tmp_path / "odoo.conf"
    conf.touch(mode=0o600)
    conf.write_text("\n".join([*kept, f"addons_path = {addons}", ""]))
    found = odoo.environment()
    search = os.pathsep.join([str(odoo.home), str(site)])
    return found | {"PYTHONPATH": search, "ODOO_RC": str(conf)}


def test_the_wheel_holds_the_module(wheel):
    """Every file of the module in version control's sense, and no other."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    inside = {name.removeprefix(f"{ROOT}/") for name in names if name.startswith(ROOT)}
    files = {
        str(path.relative_to(paths.MODULE_DIR))
        for path in paths.MODULE_DIR.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert inside == files
    assert {Path(name).parts[0] for name in names} == {"odoo", dist_info(wheel)}


def dist_info(wheel):
    """The name of the wheel's own folder."""
    name, version = wheel.name.split("-")[:2]
    return f"{name}-{version}.dist-info"


def test_odoo_finds_and_installs_it(odoo, site, environment, tmp_path):
    """Installed into a site-packages folder, it needs no add-ons path."""
    done = subprocess.run(
        [odoo.python, "-c", WHERE % paths.MODULE],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(site / ROOT)

    database = f"ok_wheel_{os.getpid()}"
    databases.clone(odoo, databases.ensure_base(odoo), database)
    try:
        text = run.call(
            odoo.command("-d", database, "-i", paths.MODULE, *databases.QUIET),
            "Installing from the wheel",
            env=environment,
            cwd=tmp_path,
        )
        state = odoo.server.sql(
            f"SELECT state FROM ir_module_module WHERE name = '{paths.MODULE}'",
            database,
        )
    finally:
        databases.drop(odoo, database)
    assert state == [["installed"]]
    assert " ERROR " not in text and " WARNING " not in text
