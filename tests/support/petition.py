"""The office's petition address, and the pipe by which mails come to it."""

import xmlrpc.client

DOMAIN = "cinarlidere.example"
DOOR = f"dilekce@{DOMAIN}"
SETUP = f"""
env["mail.alias.domain"].create({{"name": "{DOMAIN}"}})
office = env["ozel_kalem.office"].search([("company_id", "=", 1)])
office.email = "ozelkalem@{DOMAIN}"
office.request_user_id = env.ref("base.user_admin").search([("login", "=", "halkla")])
env.cr.commit()
print(office.alias_email)
"""


def open_door(server, sink):
    """Give the demo office its petition address; its answers come to this sink."""
    sink.take_from(server)
    assert server.shell(SETUP).split()[-1] == DOOR


def pipe(server, raw):
    """Hand a mail over as a mail server's pipe does: its bytes, by XML-RPC."""
    gate = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    uid = common.authenticate(server.db, "admin", "admin", {})
    return gate.execute_kw(
        *(server.db, uid, "admin", "mail.thread", "message_process"),
        [False, xmlrpc.client.Binary(raw)],
    )
