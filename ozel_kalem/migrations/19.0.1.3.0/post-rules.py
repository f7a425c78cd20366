from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Who recorded a request may correct it by a rule of its own now.

    The rule of those responsible is read-only with it; what is shipped once isn't
    overwritten by an upgrade.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("ozel_kalem.rule_request_own", raise_if_not_found=False)
    if rule:
        rule.perm_write = False
