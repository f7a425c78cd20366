-- An office's years: engagements in the slots; appointments and visits :rows each, notes
-- and submissions a tenth, instructions a fifth. What is open, today's visitors and what
-- waits come with the first lot, for they don't grow with the years.
CREATE TEMP TABLE known AS
SELECT (SELECT array_agg(id ORDER BY is_main DESC, id) FROM (
            SELECT p.id, p.id = o.principal_id AS is_main
              FROM ozel_kalem_principal p
              JOIN ozel_kalem_office o USING (company_id)
          ) AS p) AS principals,
       (SELECT array_agg(id ORDER BY id) FROM res_partner WHERE ref = 'bench') AS people,
       (SELECT id FROM res_users WHERE login = 'sekreter') AS secretary,
       (SELECT id FROM res_users WHERE login = 'mudur') AS director,
       (SELECT company_id FROM ozel_kalem_office ORDER BY id LIMIT 1) AS company,
       now() AT TIME ZONE 'UTC' AS now,
       date_trunc('day', now() AT TIME ZONE 'Europe/Istanbul') + interval '6 hours' AS nine;
CREATE TEMP TABLE register AS
SELECT code, id FROM ozel_kalem_register;

WITH engagement AS (
    INSERT INTO ozel_kalem_engagement (
        principal_id, company_id, subject, kind, location, start, stop, all_day, state,
        confidentiality, user_id, is_parallel, is_public, active, closed_on,
        create_uid, create_date, write_uid, write_date
    )
    SELECT principals[1 + rank], company, 'Görüşme ' || n,
           (ARRAY['meeting', 'appointment', 'visit', 'opening', 'field'])[1 + n % 5],
           'Makam', start, start + interval '30 minutes', FALSE,
           CASE WHEN NOT in_view AND n % 20 = 0 THEN 'cancelled'
                WHEN NOT in_view AND n % 20 = 1 THEN 'tentative'
                WHEN start < now THEN 'done' ELSE 'confirmed' END,
           CASE WHEN NOT in_view AND n % 33 = 0 THEN 'private' ELSE 'normal' END,
           director, FALSE, FALSE, TRUE, CASE WHEN start < now THEN start END,
           secretary, start, secretary, start
      FROM slot, known
    RETURNING id
)
INSERT INTO ozel_kalem_engagement_res_partner_rel (ozel_kalem_engagement_id, res_partner_id)
SELECT engagement.id, people[1 + engagement.id % 500] FROM engagement, known;

-- Closed ones of all years, and 200 open ones, of which twelve come today.
INSERT INTO ozel_kalem_appointment (
    principal_id, company_id, partner_id, subject, description, applicant_kind,
    party_size, channel, duration, start, stop, state, confidentiality, priority,
    user_id, active, waits_for_slot, postponed_count, outcome, received_on, closed_on,
    register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT principals[1 + n % 8], company, people[1 + n % 500], 'Konu ' || n,
       'Ne istediği uzun uzun yazılmış', 'citizen', 1 + n % 3, 'phone', 20,
       CASE WHEN NOT state IN ('requested', 'approved') THEN start END,
       CASE WHEN NOT state IN ('requested', 'approved')
            THEN start + interval '20 minutes' END,
       state,
       CASE WHEN n % 33 = 0 THEN 'private' ELSE 'normal' END, '0',
       CASE WHEN n % 2 = 0 THEN secretary ELSE director END, TRUE, FALSE, 0,
       CASE WHEN state = 'done' THEN 'Görüşüldü' END, start - interval '7 days',
       CASE WHEN is_open THEN NULL ELSE start END,
       register.id, 2000, 100000 + n, '2000/' || 100000 + n,
       secretary, start, secretary, start
  FROM known, register, (
    SELECT n, n > :rows - 200 AND :first = 0 AS is_open,
           CASE WHEN n <= :rows - 200 OR :first > 0
                THEN now() AT TIME ZONE 'UTC' - n * interval '1900 days' / 50000
                WHEN n <= :rows - 12 THEN now() AT TIME ZONE 'UTC' + interval '3 days'
                ELSE (SELECT nine FROM known) + (n % 8) * interval '30 minutes'
           END AS start,
           CASE WHEN n <= :rows - 200 OR :first > 0
                THEN (ARRAY['done', 'done', 'done', 'cancelled', 'no_show'])[1 + n % 5]
                WHEN n <= :rows - 120 THEN 'requested'
                WHEN n <= :rows - 60 THEN 'approved'
                ELSE 'scheduled'
           END AS state
      FROM generate_series(:row + 1, :rows) AS n
  ) AS made
 WHERE register.code = 'appointment';

-- Today five wait, three are inside, twenty have left.
INSERT INTO ozel_kalem_visit (
    principal_id, company_id, partner_id, visitor_name, party_size, subject, seeks,
    state, confidentiality, user_id, arrived_on, admitted_on, left_on, closed_on,
    wait_minutes, register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT principals[CASE WHEN is_today THEN 1 ELSE 1 + n % 8 END], company,
       people[1 + n % 500], 'Ziyaretçi ' || n, 1, 'Konu ' || n, 'principal', state,
       CASE WHEN n % 33 = 0 AND NOT is_today THEN 'private' ELSE 'normal' END, director,
       arrived, CASE WHEN state <> 'waiting' THEN arrived END,
       CASE WHEN state = 'left' THEN arrived END,
       CASE WHEN state = 'left' THEN arrived END, 5,
       register.id, 2000, 100000 + n, '2000/' || 100000 + n,
       secretary, arrived, secretary, arrived
  FROM known, register, (
    SELECT n, n > :rows - 28 AND :first = 0 AS is_today,
           CASE WHEN n <= :rows - 28 OR :first > 0
                THEN now() AT TIME ZONE 'UTC' - interval '1 day'
                     - n * interval '1900 days' / 50000
                ELSE (SELECT nine FROM known) END AS arrived,
           CASE WHEN n <= :rows - 8 OR :first > 0 THEN 'left'
                WHEN n <= :rows - 5 THEN 'admitted' ELSE 'waiting' END AS state
      FROM generate_series(:row + 1, :rows) AS n
  ) AS made
 WHERE register.code = 'visit';

-- Ten notes wait or were handed over.
INSERT INTO ozel_kalem_note (
    principal_id, company_id, subject, text, sender, recipient, state, confidentiality,
    user_id, received_on, latest_on, was_late, closed_on,
    register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT principals[CASE WHEN is_open THEN 1 ELSE 1 + n % 8 END], company, 'Not ' || n,
       'Aradı, geri aranmak istiyor', 'Kaymakamlık', 'principal',
       CASE WHEN NOT is_open THEN 'acknowledged' WHEN n % 2 = 0 THEN 'waiting'
            ELSE 'delivered' END,
       'normal', director, taken, taken, FALSE, CASE WHEN NOT is_open THEN taken END,
       register.id, 2000, 100000 + n, '2000/' || 100000 + n,
       secretary, taken, secretary, taken
  FROM known, register, (
    SELECT n, n > :rows / 10 - 10 AND :first = 0 AS is_open,
           now() AT TIME ZONE 'UTC' - n * interval '1900 days' / 5000 AS taken
      FROM generate_series(:row / 10 + 1, :rows / 10) AS n
  ) AS made
 WHERE register.code = 'note';

-- Fifteen instructions are late.
INSERT INTO ozel_kalem_instruction (
    principal_id, company_id, subject, mode, state, confidentiality, priority, user_id,
    active, received_on, deadline, closed_on,
    register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT principals[CASE WHEN is_open THEN 1 ELSE 1 + n % 8 END], company,
       'Talimat ' || n, 'verbal', CASE WHEN is_open THEN 'open' ELSE 'reported' END,
       'normal', '0', director, TRUE, given, given, CASE WHEN NOT is_open THEN given END,
       register.id, 2000, 100000 + n, '2000/' || 100000 + n,
       secretary, given, secretary, given
  FROM known, register, (
    SELECT n, n > :rows / 5 - 15 AND :first = 0 AS is_open,
           now() AT TIME ZONE 'UTC' - interval '1 day'
               - n * interval '1900 days' / 10000 AS given
      FROM generate_series(:row / 5 + 1, :rows / 5) AS n
  ) AS made
 WHERE register.code = 'instruction';

-- Eight decisions are waited for.
INSERT INTO ozel_kalem_submission (
    principal_id, company_id, res_model, res_id, subject, summary, wanted, state,
    confidentiality, user_id, active, submitted_on, decided_on, closed_on,
    register_id, register_year, register_number, name,
    create_uid, create_date, write_uid, write_date
)
SELECT source.principal_id, company, 'ozel_kalem.instruction', source.id, source.subject,
       'Bir paragraf: olurlarınıza arz olunur.', 'approval',
       CASE WHEN is_open THEN 'submitted' ELSE 'approved' END, 'normal', director, TRUE,
       source.received_on, CASE WHEN NOT is_open THEN source.received_on END,
       CASE WHEN NOT is_open THEN source.received_on END,
       register.id, 2000, 100000 + n, '2000/' || 100000 + n,
       secretary, source.received_on, secretary, source.received_on
  FROM known, register, (
    SELECT n, n > :rows / 10 - 8 AND :first = 0 AS is_open
      FROM generate_series(:row / 10 + 1, :rows / 10) AS n
  ) AS made
  JOIN ozel_kalem_instruction AS source
    ON source.register_year = 2000
   AND source.register_number = 100000
       + CASE WHEN is_open THEN :rows / 5 - (:rows / 10 - n) ELSE n END
 WHERE register.code = 'submission';
