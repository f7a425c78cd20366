"""Requests and the peer's tickets by SQL: the same number, the same shares."""

MONTHS = 71
# Of twenty requests: state, how many.
STATES = (
    ("new", 1),
    ("assessed", 1),
    ("referred", 2),
    ("answered", 1),
    ("notified", 12),
    ("rejected", 1),
    ("cancelled", 2),
)
CLOSED = ("notified", "rejected", "cancelled")
PEER_STAGES = {
    "new": "new",
    "assessed": "in_progress",
    "referred": "in_progress",
    "answered": "awaiting",
    "notified": "done",
    "rejected": "rejected",
    "cancelled": "cancelled",
}
MATTERS = (
    "Kaldırım çöktü",
    "Sokak lambası yanmıyor",
    "Çöp alınmadı",
    "İçme suyu kesik",
    "Park bankları kırık",
    "Başıboş köpek",
    "Gürültü şikâyeti",
    "Yol çalışması bitmedi",
)

PREPARE = """
env["hr.department"].create([{{"name": f"Müdürlük {{n}}"}} for n in range(25)])
env["ozel_kalem.topic"].create([{{"name": f"Konu {{n}}"}} for n in range(60)])
env["ozel_kalem.neighbourhood"].create([{{"name": f"Mahalle B{{n}}"}} for n in range(40)])
if {peer}:
    user = env["res.users"].search([("login", "=", "halkla")])
    group = env.ref("helpdesk_mgmt.group_helpdesk_user")
    env["res.users"].browse(user.id).write({{"group_ids": [(4, group.id)]}})
env.cr.commit()
"""


INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
  JOIN pg_class c ON c.relname = i.indexname
  JOIN pg_index x ON x.indexrelid = c.oid AND NOT x.indisunique
 WHERE i.schemaname = 'public' AND i.tablename IN ('ozel_kalem_request',
    'helpdesk_ticket', 'res_partner', 'mail_message', 'mail_tracking_value',
    'mail_followers')
"""
# The fill skips triggers, foreign keys among them.
RECOUNT = """
from odoo.addons.ozel_kalem.models.foundation.rollup_tables import RollupTables
RollupTables(env["ozel_kalem.request"]).recount()
env.cr.commit()
"""


def fill(odoo, server, count, peer, threads=True):
    """``count`` requests, as many tickets, a fifth as many citizens, their threads."""
    server.shell(PREPARE.format(peer=peer))
    indexes = _take_indexes(odoo, server)
    # the one who may skip triggers and foreign keys
    owner = odoo.server.sql("SELECT rolname FROM pg_roles WHERE oid = 10")[0][0]
    for query in _queries(count, peer, threads):
        skipping = f"SET session_replication_role = replica; {query}"
        odoo.server.sql(skipping, server.db, user=owner)
        # how the next one is planned hangs on how much there is by now
        odoo.server.sql("ANALYZE", server.db)
    for index in indexes:
        odoo.server.sql(index, server.db)
    server.shell(RECOUNT)
    odoo.server.sql("VACUUM ANALYZE", server.db)


def _take_indexes(odoo, server):
    """Drop the indexes that only find; what makes them anew. Filling is faster so."""
    found = odoo.server.sql(INDEXES, server.db)
    for name, _definition in found:
        odoo.server.sql(f'DROP INDEX "{name}"', server.db)
    return [definition for _name, definition in found]


def _queries(count, peer, threads):
    tables = {"ozel_kalem.request": "ozel_kalem_request"}
    if peer:
        tables["helpdesk.ticket"] = "helpdesk_ticket"
    yield CITIZENS.format(count=count // 5)
    for query in (REQUESTS, TICKETS)[: len(tables)]:
        yield _numbered(query, count)
    for model, table in tables.items() if threads else ():
        for query in (MESSAGES, TRACKING, FOLLOWERS):
            yield query.format(model=model, table=table)


def _numbered(query, count):
    shares = [state for state, number in STATES for _ in range(number)]
    return query.format(
        count=count,
        months=MONTHS,
        states=_array(shares),
        closed=", ".join(f"'{state}'" for state in CLOSED),
        stages=_array(PEER_STAGES[state] for state in shares),
        matters=_array(MATTERS),
    )


def _array(texts):
    return "ARRAY[" + ", ".join(f"'{text}'" for text in texts) + "]::varchar[]"


# The stride between neighbours is prime to every share, so that states, units and
# dates are mixed as they are in an office.
NUMBERS = """
SELECT i, ((i::bigint * 7919) % {count})::int AS mixed,
       now() AT TIME ZONE 'UTC' - ({count} - i) * (interval '1 month' * {months} / {count})
       AS received
  FROM generate_series(1, {count}) AS i
"""

CITIZENS = """
INSERT INTO res_partner (name, complete_name, company_id, lang, type, active,
    is_company, partner_share, phone, create_uid, write_uid, create_date, write_date)
SELECT t.name, t.name, NULL, 'tr_TR', 'contact', true, false, true,
       '0532 ' || lpad((i % 10000000)::text, 7, '0'), 2, 2, now(), now()
  FROM (SELECT i, (ARRAY['Ayşe', 'Mehmet', 'Fatma', 'İbrahim', 'Hüseyin'])[1 + i % 5]
            || ' Vatandaş ' || i AS name FROM generate_series(1, {count}) AS i) AS t
"""

REQUESTS = (
    """
INSERT INTO ozel_kalem_request (name, register_id, register_year, register_number,
    company_id, subject, user_id, confidentiality, priority, active, received_on,
    applied_duration, applied_unit, legal_basis, deadline, closed_on, state, partner_id,
    request_type, channel, topic_id, neighbourhood_id, lead_department_id, text,
    legal_ground, waiting_days, closed_late, create_uid, write_uid, create_date,
    write_date)
SELECT extract(year FROM n.received) || '/' || lpad((n.i + 1000)::text, 5, '0'),
    (SELECT id FROM ozel_kalem_register WHERE code = 'request' ORDER BY id LIMIT 1),
    extract(year FROM n.received), n.i + 1000, 1,
    ({matters})[1 + n.mixed % 8] || ' ' || md5(n.i::text),
    o.owner, CASE WHEN n.mixed % 100 = 7 THEN 'private' ELSE 'normal' END,
    '0', true, n.received, 30, 'day', '3071', (n.received + interval '30 days')::date,
    CASE WHEN ({states})[1 + n.mixed % 20] IN ({closed})
        THEN n.received + interval '9 days' END,
    ({states})[1 + n.mixed % 20],
    p.first + n.mixed % ({count} / 5),
    (ARRAY['request', 'complaint', 'complaint', 'wish', 'suggestion', 'information',
           'thanks', 'request', 'complaint', 'request', 'complaint', 'request',
           'complaint', 'request', 'complaint', 'request', 'complaint', 'request',
           'request', 'aid'])[1 + (n.mixed / 20) % 20],
    (ARRAY['in_person', 'phone', 'email', 'letter', 'web', 'cimer'])[1 + n.mixed % 6],
    t.ids[1 + n.mixed % 59], h.ids[1 + n.mixed % 39], d.ids[1 + n.mixed % 23],
    'Gereğini arz ederim.', '3071',
    CASE WHEN ({states})[1 + n.mixed % 20] IN ({closed}) THEN 1 + n.mixed % 30 ELSE 0 END,
    ({states})[1 + n.mixed % 20] IN ({closed}) AND n.mixed % 11 = 0,
    o.owner, o.owner, n.received, n.received
FROM ("""
    + NUMBERS
    + """) AS n,
    (SELECT max(id) + 1 - {count} / 5 AS first FROM res_partner) AS p,
    (SELECT array_agg(id ORDER BY id) AS ids FROM res_users
      WHERE active AND share IS NOT TRUE) AS u,
    -- who looks after aid, and after what is private, isn't public relations
    LATERAL (SELECT CASE WHEN n.mixed % 100 = 7 OR (n.mixed / 20) % 20 = 19 THEN 2
        ELSE u.ids[1 + n.mixed % cardinality(u.ids)] END AS owner) AS o,
    (SELECT array_agg(id ORDER BY id) AS ids FROM ozel_kalem_topic) AS t,
    (SELECT array_agg(id ORDER BY id) AS ids FROM ozel_kalem_neighbourhood) AS h,
    (SELECT array_agg(id ORDER BY id) AS ids FROM hr_department) AS d
"""
)

TICKETS = (
    """
INSERT INTO helpdesk_ticket (number, name, description, user_id, stage_id, partner_id,
    commercial_partner_id, partner_name, company_id, channel_id, category_id, priority,
    sequence, active, unattended, last_stage_update, closed_date, create_uid, write_uid,
    create_date, write_date)
SELECT 'HT' || lpad((n.i + 1000)::text, 7, '0'),
    ({matters})[1 + n.mixed % 8] || ' ' || md5(n.i::text), '<p>Gereğini arz ederim.</p>',
    u.ids[1 + n.mixed % cardinality(u.ids)], s.id,
    p.first + n.mixed % ({count} / 5), p.first + n.mixed % ({count} / 5), 'Vatandaş', 1,
    c.ids[1 + n.mixed % cardinality(c.ids)], NULL, '1', 10, true,
    s.stage = 'new', n.received, CASE WHEN s.closed THEN n.received END,
    u.ids[1 + n.mixed % cardinality(u.ids)],
    u.ids[1 + n.mixed % cardinality(u.ids)], n.received, n.received
FROM ("""
    + NUMBERS
    + """) AS n
JOIN (SELECT t.id, t.closed, substr(d.name, 23) AS stage FROM helpdesk_ticket_stage t
        JOIN ir_model_data d ON d.res_id = t.id AND d.model = 'helpdesk.ticket.stage'
         AND d.name LIKE 'helpdesk\\_ticket\\_stage\\_%') AS s
  ON s.stage = ({stages})[1 + n.mixed % 20],
    (SELECT max(id) + 1 - {count} / 5 AS first FROM res_partner) AS p,
    (SELECT array_agg(id ORDER BY id) AS ids FROM res_users
      WHERE active AND share IS NOT TRUE) AS u,
    (SELECT array_agg(id ORDER BY id) AS ids FROM helpdesk_ticket_channel) AS c
"""
)

MESSAGES = """
INSERT INTO mail_message (model, res_id, message_type, subtype_id, body, author_id, date,
    is_internal, create_uid, write_uid, create_date, write_date)
SELECT '{model}', r.id, k.kind, (SELECT res_id FROM ir_model_data
        WHERE module = 'mail' AND name = 'mt_note'), '<p>Not</p>', 3,
    r.create_date, false, 2, 2, r.create_date, r.create_date
  FROM {table} AS r, (VALUES ('comment'), ('notification')) AS k(kind)
 WHERE NOT EXISTS (SELECT 1 FROM mail_message m
                    WHERE m.model = '{model}' AND m.res_id = r.id)
"""
TRACKING = """
INSERT INTO mail_tracking_value (mail_message_id, field_id, old_value_char, new_value_char,
    create_uid, write_uid, create_date, write_date)
SELECT m.id, (SELECT id FROM ir_model_fields WHERE model = '{model}'
                AND name IN ('state', 'user_id') ORDER BY name LIMIT 1),
    'Eski', 'Yeni', 2, 2, m.date, m.date
  FROM mail_message m
 WHERE m.model = '{model}' AND m.message_type = 'notification'
   AND NOT EXISTS (SELECT 1 FROM mail_tracking_value v WHERE v.mail_message_id = m.id)
"""
FOLLOWERS = """
INSERT INTO mail_followers (res_model, res_id, partner_id)
SELECT '{model}', r.id, u.partner_id FROM {table} AS r
  JOIN res_users u ON u.login = 'halkla'
ON CONFLICT DO NOTHING
"""
