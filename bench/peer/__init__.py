"""The peers of bench/addons: how a database gets one and a server finds it."""

from pathlib import Path

from kit import databases

ADDONS = Path(__file__).parents[1] / "addons"


def install(odoo, database, addon):
    """Put a peer into a database."""
    odoo.call(
        *addons_option(odoo),
        "-d",
        database,
        "-i",
        addon,
        *databases.QUIET,
        what="Installing the peer",
        log="bench-install.log",
    )


def addons_option(odoo):
    """What a server is started with to find the peers."""
    folders = [*odoo.addons, ADDONS.parents[1], ADDONS]
    return ("--addons-path", ",".join(map(str, folders)))
