from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """What one recorded is written by the rules of its own kind from now on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("ozel_kalem.rule_request_own").perm_write = False
