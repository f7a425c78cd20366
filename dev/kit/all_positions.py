"""Starts Odoo so that at_install tests, too, run on the fully loaded database.

Run by Odoo's Python. Without this, at_install tests run only while their module is installed,
that is before any module that builds on it: they could never notice that ours breaks something.
"""

import sys

import odoo.cli
import odoo.tests.loader as loader

_make_suite = loader.make_suite


def make_suite(module_names, position="at_install"):
    """Odoo's suite, with the at_install tests added to the post_install ones."""
    names = list(module_names)
    suite = _make_suite(names, position)
    if position == "post_install":
        suite.addTests(_make_suite(names, "at_install"))
    return suite


loader.make_suite = make_suite

if __name__ == "__main__":
    sys.argv[0] = "odoo"
    odoo.cli.main()
