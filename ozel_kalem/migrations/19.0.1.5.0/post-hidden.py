from odoo import SUPERUSER_ID, api

SAID_AGAIN = ("ozel_kalem.appointment", "ozel_kalem.engagement")


def migrate(cr, _version):
    """Hide what stands on the programme, at the door and in minutes of hidden records.

    What became confidential after it was written there stayed readable.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for name in SAID_AGAIN:
        for record in env[name].search([("confidentiality", "!=", "normal")]):
            for repeating in record._repetitions():
                repeating._guard_like(record)
