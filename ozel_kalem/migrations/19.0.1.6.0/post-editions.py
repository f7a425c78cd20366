from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Hide in the editions what has become confidential since.

    Changes that were told go altogether: some of them still name the item.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["ozel_kalem.programme.line"].search(
        [("engagement_id.confidentiality", "!=", "normal")]
    )
    lines.filtered(lambda line: not line.is_confidential)._hide()
    lines._withdraw_change()
