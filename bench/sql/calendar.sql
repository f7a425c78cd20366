-- The same half hours in Odoo's own calendar, as events of one user with a guest each.
CREATE TEMP TABLE me AS
SELECT id AS user_id, partner_id FROM res_users WHERE login = 'sekreter';
CREATE TEMP TABLE guest AS
SELECT array_agg(id ORDER BY id) AS ids FROM res_partner WHERE ref = 'bench';

WITH event AS (
    INSERT INTO calendar_event (
        name, location, start, stop, duration, user_id, show_as, privacy, active,
        allday, recurrency, create_uid, create_date, write_uid, write_date
    )
    SELECT 'Görüşme ' || n, 'Makam', start, start + interval '30 minutes', 0.5,
           user_id, 'busy', 'public', TRUE, FALSE, FALSE, user_id, start, user_id, start
      FROM slot, me
    RETURNING id
), attending AS (
    SELECT event.id AS event_id, unnest(ARRAY[me.partner_id, guest.ids[1 + event.id % 500]])
           AS partner_id
      FROM event, me, guest
), linked AS (
    INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
    SELECT event_id, partner_id FROM attending
)
INSERT INTO calendar_attendee (event_id, partner_id, state, access_token)
SELECT event_id, partner_id, 'accepted', md5(event_id || '-' || partner_id)
  FROM attending;
