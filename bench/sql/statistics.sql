-- What an office meets in three years beside its requests: appointments, visits and
-- calls, :rows each.
CREATE TEMP TABLE known AS
SELECT (SELECT array_agg(id ORDER BY id) FROM ozel_kalem_principal) AS principals,
       (SELECT id FROM res_partner WHERE ref = 'bench' ORDER BY id LIMIT 1) AS person,
       (SELECT id FROM res_users WHERE login = 'sekreter') AS secretary,
       (SELECT company_id FROM ozel_kalem_office ORDER BY id LIMIT 1) AS company;
CREATE TEMP TABLE register AS
SELECT code, id FROM ozel_kalem_register;
CREATE TEMP TABLE made AS
SELECT n, now() AT TIME ZONE 'UTC' - n * interval '1095 days' / :rows AS moment
  FROM generate_series(1, :rows) AS n;

INSERT INTO ozel_kalem_appointment (
    principal_id, company_id, partner_id, subject, applicant_kind, party_size, channel,
    duration, state, confidentiality, priority, user_id, active, waits_for_slot,
    postponed_count, received_on, waited_days, closed_late,
    register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT principals[1 + n % cardinality(principals)], company, person, 'Konu ' || n,
       (ARRAY['citizen', 'citizen', 'ngo', 'public', 'headman', 'press'])[1 + n % 6],
       1, 'phone', 20,
       (ARRAY['done', 'done', 'rejected', 'no_show', 'cancelled'])[1 + n % 5],
       'normal', '0', secretary, TRUE, FALSE, n % 10 / 9, moment, n % 9, FALSE,
       register.id, 1999, n, '1999/' || n, secretary, moment, secretary, moment
  FROM known, register, made
 WHERE register.code = 'appointment';

INSERT INTO ozel_kalem_visit (
    principal_id, company_id, partner_id, visitor_name, party_size, seeks, state,
    confidentiality, user_id, arrived_on, principal_rank,
    register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT principals[1 + n % cardinality(principals)], company, person, 'Ziyaretçi', 1 + n % 3,
       (ARRAY['principal', 'director', 'other'])[1 + n % 3], 'left', 'normal', secretary,
       moment, (ARRAY['mayor', 'deputy'])[1 + n % 2],
       register.id, 1999, n, '1999/' || n, secretary, moment, secretary, moment
  FROM known, register, made
 WHERE register.code = 'visit';

INSERT INTO ozel_kalem_call (
    principal_id, company_id, partner_id, caller_name, direction, seeks, state,
    confidentiality, user_id, called_on, was_connected, was_noted,
    register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT principals[1 + n % cardinality(principals)], company, person, 'Arayan',
       (ARRAY['in', 'in', 'out'])[1 + n % 3], 'principal', 'closed', 'normal', secretary,
       moment, n % 2 = 0, n % 5 = 0,
       register.id, 1999, n, '1999/' || n, secretary, moment, secretary, moment
  FROM known, register, made
 WHERE register.code = 'call';
