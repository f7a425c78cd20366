from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Give every company's office the registers of the new kinds of record."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["ozel_kalem.office"].search([])._create_registers()
