"""Odoo from its Debian package: fetched, verified, unpacked without touching the machine."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from . import paths, run
from .errors import KitError

LOCK = paths.DEV / "packages.lock"
RECIPE = "3"
DEBS = paths.CACHE / "debs"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MISSING_ASSETS = ("addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
SITE = "usr/lib/python3/dist-packages"


def tree():
    """The folder of the unpacked packages (it exists only when complete)."""
    return paths.CACHE / f"tree-{run.digest(LOCK, RECIPE)}"


def ensure_tree():
    """Fetch and unpack Odoo unless that was done before."""
    target = tree()
    if target.is_dir():
        return target
    with run.locked(paths.CACHE, "odoo"):
        if not target.is_dir():
            run.require_space(paths.CACHE)
            wanted = _wanted()
            _fetch(wanted)
            _unpack(wanted, target)
    return target


def _wanted():
    lines = (
        line.split()
        for line in LOCK.read_text().splitlines()
        if line and not line.startswith("#")
    )
    return {name: (digest, suite) for digest, suite, name in lines}


def _fetch(wanted):
    DEBS.mkdir(parents=True, exist_ok=True)
    missing = [
        name
        for name, (digest, _suite) in wanted.items()
        if _sha256(DEBS / name) != digest
    ]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise KitError(
            "Odoo's Debian package is needed and there is no apt-get here.\n"
            f"Put these files into {DEBS}:\n  "
            + "\n  ".join(missing)
            + "\nor name an Odoo 19 that you have with ODOO_HOME=/path/to/odoo."
        )
    run.say(f"Fetching {len(missing)} Debian packages of Odoo 19 (130 MB)")
    folder = run.fresh_folder(paths.CACHE / "apt.part")
    try:
        options = _private_apt(folder)
        run.call(
            ["apt-get", *options, "-qq", "update"],
            "Reading Debian's package lists",
            env=_environment(),
        )
        names = [
            f"{_package(name)}{'/bookworm' if wanted[name][1] == 'bookworm' else ''}"
            for name in missing
        ]
        download = run.fresh_folder(folder / "debs")
        run.call(
            ["apt-get", *options, "-qq", "download", *names],
            "Downloading Odoo's Debian packages",
            cwd=download,
            env=_environment(),
        )
        _accept(download, missing, wanted)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _accept(download, missing, wanted):
    for name in missing:
        if _sha256(download / name) != wanted[name][0]:
            got = (
                ", ".join(path.name for path in download.glob(f"{_package(name)}_*"))
                or "nothing"
            )
            raise KitError(
                f"Debian no longer offers {name} with the pinned contents (got: {got}).\n"
                f"Take the file from {DEBS} of another machine, name an Odoo 19 with ODOO_HOME,\n"
                "or move the pin in dev/packages.lock to the new version and run `make test`."
            )
        (download / name).replace(DEBS / name)


def _package(name):
    return name.split("_", 1)[0]


def _sha256(path):
    if not path.is_file():
        return None
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _environment():
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def _private_apt(folder):
    """Options that make apt use our folders and Debian's signed sid and bookworm only."""
    if not KEYRING.is_file():
        raise KitError(
            f"Debian's keyring {KEYRING} is missing: apt install debian-archive-keyring"
        )
    for name in ("state/lists/partial", "cache/archives/partial", "etc"):
        (folder / name).mkdir(parents=True)
    (folder / "etc/status").touch()
    mirror = _mirror()
    (folder / "etc/sources.list").write_text(
        "".join(
            f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
            for suite in ("sid", "bookworm")
        )
    )
    settings = {
        "Dir::Etc::sourcelist": folder / "etc/sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "etc/status",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Update::Error-Mode": "any",
    }
    return [
        part for key, value in settings.items() for part in ("-o", f"{key}={value}")
    ]


def _mirror():
    """The Debian mirror that this machine itself uses."""
    sites = _index_sites() or _source_sites()
    for site in sites:
        if "security" not in site:
            return site
    raise KitError(
        "This machine's apt names no Debian mirror: add one to /etc/apt/sources.list\n"
        "and run `apt-get update`, or name an Odoo 19 that you have with ODOO_HOME=/path/to/odoo."
    )


def _index_sites():
    done = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(SITE)",
            "Created-By: Packages",
            "Origin: Debian",
        ],
        capture_output=True,
        text=True,
    )
    return sorted(set(done.stdout.split()))


def _source_sites():
    """The mirrors of apt's source files, for a machine where `apt-get update` never ran."""
    folder = Path("/etc/apt")
    texts = [
        path.read_text()
        for path in [folder / "sources.list", *folder.glob("sources.list.d/*")]
        if path.is_file()
    ]
    words = [
        word
        for text in texts
        for line in text.splitlines()
        if not line.startswith("#")
        for word in line.split()
    ]
    return [word.rstrip("/") for word in words if "://" in word and "debian" in word]


def _unpack(wanted, target):
    run.say("Unpacking Odoo 19 (Turkish translations only)")
    folder = run.fresh_folder(target.with_name(f"{target.name}.part"))
    odoo = next(name for name in wanted if name.startswith("odoo-19_"))
    _untar(DEBS / odoo, folder, "--exclude=*/i18n/*.po")
    _untar(DEBS / odoo, folder, "--wildcards", "*/i18n/tr.po")
    for name in wanted:
        if name != odoo:
            run.call(["dpkg-deb", "-x", DEBS / name, folder], f"Unpacking {name}")
    for asset in MISSING_ASSETS:
        path = folder / SITE / "odoo" / asset
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("/* Not shipped by Debian. */\n")
    folder.rename(target)


def _untar(deb, folder, *options):
    what = f"Unpacking {deb.name}"
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE
    ) as source:
        run.call(["tar", "-x", "-C", folder, *options], what, stdin=source.stdout)
    if source.returncode:
        raise KitError(f"{what} failed: remove the file and call again.")
