-- Half hours of eight people, no two the same: :first to :last of them spread over six
-- years, and with the first lot the 160 of the week in view, whatever the size.
CREATE TEMP TABLE slot AS
WITH placed AS (
    SELECT rank, 0 AS week, day, half, TRUE AS in_view
      FROM generate_series(0, 3) AS rank,
           generate_series(:shift, :shift + 4) AS day,
           generate_series(0, 7) AS half
     WHERE :first = 0
     UNION ALL
    SELECT n / 319 % 8, n % 319 - 263 + (n % 319 >= 263)::int,
           n / 319 / 8 / 16, n / 319 / 8 % 16, FALSE
      FROM generate_series(:first, :last - 1) AS n
)
SELECT row_number() OVER () + :first AS n, rank, in_view,
       timestamp :'monday' + interval '6 hours' + week * interval '7 days'
           + day * interval '1 day' + half * interval '30 minutes' AS start
  FROM placed;
ANALYZE slot;
