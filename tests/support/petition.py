"""The office's petition address, and the pipe by which mails come to it."""

import xmlrpc.client

DOMAIN = "cinarlidere.example"
DOOR = f"dilekce@{DOMAIN}"
SETUP = f"""
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({{
    "name": "sink", "smtp_host": "127.0.0.1", "smtp_port": %d
}})
env["mail.alias.domain"].create({{"name": "{DOMAIN}"}})
office = env["ozel_kalem.office"].search([("company_id", "=", 1)])
office.email = "ozelkalem@{DOMAIN}"
office.request_user_id = env.ref("base.user_admin").search([("login", "=", "halkla")])
env.cr.commit()
print(office.alias_email)
"""


def open_door(server, smtp_port):
    """Give the demo office its petition address; it answers through this port."""
    assert server.shell(SETUP % smtp_port).split()[-1] == DOOR


def pipe(server, raw):
    """Hand a mail over as a mail server's pipe does: its bytes, by XML-RPC."""
    gate = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    uid = common.authenticate(server.db, "admin", "admin", {})
    return gate.execute_kw(
        *(server.db, uid, "admin", "mail.thread", "message_process"),
        [False, xmlrpc.client.Binary(raw)],
    )
