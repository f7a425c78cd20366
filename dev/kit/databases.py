"""Databases: cached base templates, quick clones, the demo office."""

import os
import re
import shutil
from pathlib import Path

from . import paths, run
from .errors import KitError
from .odoo import AUTO_INSTALL

CORE = ("calendar", "contacts", "hr", "mail", "portal")
EXTRAS = ("hr_calendar", "base_import", "auth_totp", "privacy_lookup")
DEMO = "ozel_kalem"
QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0")


def exists(odoo, name):
    """Whether the database is there."""
    return bool(
        odoo.server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{_checked(name)}'")
    )


def note(odoo, name):
    """What was remembered with the database: the hash of what it was made from."""
    rows = odoo.server.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{_checked(name)}' AND shobj_description(oid, 'pg_database') IS NOT NULL"
    )
    return rows[0][0] if rows else ""


def remember(odoo, name, text):
    """Keep a text with the database."""
    odoo.server.sql(f"COMMENT ON DATABASE {_checked(name)} IS '{text}'")


def drop(odoo, name):
    """Remove a database and its files."""
    _disconnect(odoo, name)
    odoo.server.sql(f"DROP DATABASE IF EXISTS {_checked(name)}")
    shutil.rmtree(filestore(name), ignore_errors=True)


def sweep(odoo):
    """Remove what killed test runs left: databases named after a process that is gone."""
    if not odoo.server.private:
        return
    for name, _size in listing(odoo):
        owner = re.fullmatch(r"ok_\w+_(\d+)", name)
        if owner and not Path("/proc", owner[1]).exists():
            drop(odoo, name)


def clone(odoo, source, target):
    """Copy a database with its files; the files are shared, Odoo never changes one in place."""
    drop(odoo, target)
    _disconnect(odoo, source)
    odoo.server.sql(f"CREATE DATABASE {_checked(target)} TEMPLATE {_checked(source)}")
    if filestore(source).is_dir():
        shutil.copytree(
            filestore(source),
            filestore(target),
            copy_function=os.link,
            dirs_exist_ok=True,
        )
    odoo.server.sql(
        "UPDATE ir_config_parameter SET value = gen_random_uuid() "
        "WHERE key IN ('database.uuid', 'database.secret')",
        target,
    )


def filestore(name):
    """The folder of a database's attachments."""
    return paths.DATA_DIR / "filestore" / name


def module_digest():
    """A hash of what the module installs."""
    if not (paths.MODULE_DIR / "__manifest__.py").exists():
        raise KitError(
            f"The module is not there: {paths.MODULE_DIR}/__manifest__.py is missing."
        )
    return run.tree_digest(paths.MODULE_DIR)


def ensure_base(odoo, demo=False):
    """The cached template with the modules that ours depends on; return its name."""
    name = "ok_base" + ("_demo" if demo else "") + ("_auto" if AUTO_INSTALL else "")
    modules = CORE if AUTO_INSTALL else CORE + EXTRAS
    inputs = run.digest(odoo.identity(), *modules, "1")
    if note(odoo, name) == inputs:
        return name
    with run.locked(paths.STATE, name):
        if note(odoo, name) != inputs:
            _build_base(odoo, name, modules, demo, inputs)
    return name


def _build_base(odoo, name, modules, demo, inputs):
    run.require_space(paths.STATE)
    run.say(
        f"Making the base database in Turkish{' with demo data' if demo else ''} (about a minute)"
    )
    fresh = f"{name}_new"
    drop(odoo, fresh)
    options = ("--with-demo",) if demo else ()
    odoo.call(
        "db",
        "init",
        fresh,
        "--language=tr_TR",
        "--country=TR",
        *options,
        what="Making a database",
        log=f"{name}-init.log",
    )
    odoo.call(
        "-d",
        fresh,
        "-i",
        ",".join(modules),
        *QUIET,
        what="Installing Odoo's modules",
        log=f"{name}-install.log",
    )
    drop(odoo, name)
    _disconnect(odoo, fresh)
    odoo.server.sql(f"ALTER DATABASE {fresh} RENAME TO {name}")
    if filestore(fresh).is_dir():
        filestore(fresh).rename(filestore(name))
    remember(odoo, name, inputs)


def fresh(odoo, name, demo=False, module=True):
    """A new database with the module, from the base template."""
    digest = module_digest() if module else ""
    clone(odoo, ensure_base(odoo, demo), name)
    if module:
        run.say(f"Installing {paths.MODULE} in {name}")
        odoo.call(
            "-d",
            name,
            "-i",
            paths.MODULE,
            *QUIET,
            what=f"Installing {paths.MODULE}",
            log=f"{name}-install.log",
        )
        remember(odoo, name, digest)
    return name


def ensure_demo_template(odoo):
    """The cached demo office as the checkout makes it today; return its name."""
    name = "ok_demo" + ("_auto" if AUTO_INSTALL else "")
    with run.locked(paths.STATE, name):
        digest = run.digest(module_digest(), odoo.identity())
        if note(odoo, name) != digest:
            fresh(odoo, name, demo=True)
            remember(odoo, name, digest)
    return name


def ensure_current(odoo, name, demo=True):
    """A database with the module as it is in the checkout: made, upgraded or left as it is."""
    digest = module_digest()
    known = note(odoo, name)
    if known == digest:
        return name
    if not known and demo:
        clone(odoo, ensure_demo_template(odoo), name)
        remember(odoo, name, digest)
        return name
    if not known:
        return fresh(odoo, name)
    run.say(f"The module's files changed: upgrading {name}")
    try:
        odoo.call(
            "-d",
            name,
            "-u",
            paths.MODULE,
            *QUIET,
            what=f"Upgrading {paths.MODULE}",
            log=f"{name}-upgrade.log",
        )
    except KitError as error:
        raise KitError(
            f"{error}\nTo begin anew: bin/dev db fresh {name}{' --demo' if demo else ''}"
        ) from None
    remember(odoo, name, digest)
    return name


def listing(odoo):
    """The names and sizes of the databases."""
    return odoo.server.sql(
        "SELECT datname, pg_size_pretty(pg_database_size(oid)) FROM pg_database "
        "WHERE datname NOT IN ('postgres', 'template0', 'template1') ORDER BY 1"
    )


def _disconnect(odoo, name):
    """End the clients of a database; PostgreSQL itself ends its autovacuum."""
    odoo.server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND backend_type = 'client backend'"
    )


def _checked(name):
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise KitError(
            f"{name!r} is no database name: use small letters, digits and _ only."
        )
    return name
