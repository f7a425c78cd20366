from datetime import UTC, datetime, time, timedelta
from math import ceil

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import travel
from ...tools.local_time import ISTANBUL, local_date, to_local

MEAL_KINDS = ("reception",)


class Place(models.Model):
    """Where the principal goes: the office, halls, neighbourhoods."""

    _name = "ozel_kalem.place"
    _inherit = ["ozel_kalem.mixin.copied"]
    _description = "Place"
    _order = "name, id"

    name = fields.Char(required=True, index="trigram")
    address = fields.Text()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    distance_from_ids = fields.One2many("ozel_kalem.place.distance", "from_id")
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "There is a place of this name already."
    )


class PlaceDistance(models.Model):
    """Minutes of the way between two places, the same in both directions."""

    _name = "ozel_kalem.place.distance"
    _description = "Way between Places"
    _order = "from_id, minutes, id"
    _rec_name = "from_id"
    _check_company_auto = True

    from_id = fields.Many2one(
        "ozel_kalem.place", "Way from", required=True, ondelete="cascade", index=True
    )
    to_id = fields.Many2one(
        "ozel_kalem.place",
        "Way to",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    minutes = fields.Integer("Minutes of the way", required=True)
    company_id = fields.Many2one(related="from_id.company_id", store=True, index=True)

    _way_uniq = models.UniqueIndex(
        "(LEAST(from_id, to_id), GREATEST(from_id, to_id))",
        "The way between these two places is entered already, in one of the two "
        "directions.",
    )
    _ends_differ = models.Constraint(
        "CHECK (from_id <> to_id)", "“Way from” and “Way to” are the same place."
    )
    _minutes_sensible = models.Constraint(
        "CHECK (minutes BETWEEN 0 AND 1440)",
        "“Minutes of the way” must be from 0 to 1440.",
    )

    @api.depends("from_id", "to_id")
    def _compute_display_name(self):
        for way in self:
            way.display_name = f"{way.from_id.name or ''} – {way.to_id.name or ''}"

    @api.model
    def _between(self, places):
        """A function of two ids of ``places``: minutes of the way, or None.

        One query, however often it is called.
        """
        rows = self.search_fetch(
            [("from_id", "in", places.ids), ("to_id", "in", places.ids)],
            ["from_id", "to_id", "minutes"],
        )
        known = {frozenset((row.from_id.id, row.to_id.id)): row.minutes for row in rows}
        return lambda first, second: known.get(frozenset((first, second)))


class Principal(models.Model):
    _inherit = "ozel_kalem.principal"

    meal_from = fields.Float("Meal, from", default=12.0, required=True)
    meal_until = fields.Float("Meal, until", default=14.0, required=True)
    meal_minutes = fields.Integer(
        "Meal (minutes)", default=30, required=True, help="0: isn't looked after."
    )
    buffer_minutes = fields.Integer(
        "Between two items (minutes)", default=10, required=True
    )
    rest_minutes = fields.Integer(
        "Break (minutes)", default=15, required=True, help="0: isn't looked after."
    )
    stretch_minutes = fields.Integer(
        "Longest time without a break (minutes)", default=240, required=True
    )

    _minutes_sensible = models.Constraint(
        "CHECK (meal_minutes BETWEEN 0 AND 720 AND buffer_minutes BETWEEN 0 AND 720 "
        "AND rest_minutes BETWEEN 0 AND 720 AND stretch_minutes BETWEEN 30 AND 1440)",
        "Minutes of meal, break and buffer are from 0 to 720; the longest time "
        "without a break is from 30 to 1440.",
    )

    @api.constrains("meal_from", "meal_until", "meal_minutes")
    def _check_meal(self):
        for principal in self:
            first, last = principal.meal_from, principal.meal_until
            if not 0 <= first < last < 24:
                raise ValidationError(
                    self.env._("“Meal, until” must be after “Meal, from”.")
                )
            if principal.meal_minutes > (last - first) * 60:
                raise ValidationError(
                    self.env._("“Meal (minutes)” doesn't fit between from and until.")
                )

    def _travel_options(self):
        """Settings as ``tools.travel.day_warnings`` takes them."""
        self.ensure_one()
        meal = travel.Meal(
            _clock(self.meal_from), _clock(self.meal_until), self.meal_minutes
        )
        return {
            "buffer": self.buffer_minutes,
            "meal": meal if self.meal_minutes else None,
            "rest": self.rest_minutes,
            "stretch": self.stretch_minutes,
        }


class Engagement(models.Model):
    _inherit = "ozel_kalem.engagement"

    place_id = fields.Many2one(
        "ozel_kalem.place",
        index="btree_not_null",
        check_company=True,
        help="Known places have minutes of travel between them.",
    )
    schedule_warning = fields.Text("Can't be kept", compute="_compute_schedule_warning")

    @api.onchange("place_id")
    def _onchange_place_id(self):
        if self.place_id:
            self.location = self.place_id.name

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("place_id") and not vals.get("location"):
                place = self.env["ozel_kalem.place"].browse(vals["place_id"])
                vals["location"] = place.name
        return super().create(vals_list)

    @api.depends("principal_id", "start", "stop", "place_id", "state", "is_parallel")
    def _compute_schedule_warning(self):
        for engagement in self:
            engagement.schedule_warning = "\n".join(engagement._schedule_warnings())

    def _schedule_warnings(self):
        """What of the day can't be kept because of this engagement, in words."""
        self.ensure_one()
        if not self.principal_id or not self.start or not self.stop:
            return []
        if self.state not in ("tentative", "confirmed") or self.start >= self.stop:
            return []
        day = self._programme_of_the_day() | self
        # sudo: ways and settings are no secret, and others' items only take time
        between = self.env["ozel_kalem.place.distance"].sudo()._between(day.place_id)
        findings = travel.day_warnings(
            [item._travel_item() for item in day],
            between,
            **self.principal_id.sudo()._travel_options(),
        )
        return [
            self._warning_text(finding)
            for finding in findings
            if self._is_about_me(finding)
        ]

    def _programme_of_the_day(self):
        """The principal's other items of the days that this one touches (sudo)."""
        first, last = utc_days(local_date(self.start), local_date(self.stop))
        return self.sudo().search(
            [
                ("principal_id", "=", self.principal_id.id),
                ("state", "in", ("tentative", "confirmed", "done")),
                ("start", "<", last),
                ("stop", ">", first),
                ("id", "!=", self._origin.id),
            ]
        )

    def _travel_item(self):
        return travel.Item(
            to_local(self.start),
            to_local(self.stop),
            self.place_id.id or None,
            is_meal=self.kind in MEAL_KINDS,
            key=self,
        )

    def _is_about_me(self, finding):
        items = [item.key for item in (finding.first, finding.second) if item]
        if finding.kind == "overlap" and any(item.is_parallel for item in items):
            return False
        if finding.kind == "meal":
            return self._is_at_mealtime()
        if finding.kind == "rest":
            return items[0].start <= self.start <= items[1].start
        return any(item == self for item in items)

    def _is_at_mealtime(self):
        principal = self.principal_id.sudo()
        start, stop = to_local(self.start), to_local(self.stop)
        return (
            start.date() != stop.date()
            or start.time() < _clock(principal.meal_until)
            and stop.time() > _clock(principal.meal_from)
        )

    def _warning_text(self, finding):
        values = {
            "first": self._warning_name(finding.first),
            "second": self._warning_name(finding.second),
            "minutes": finding.minutes,
        }
        if finding.kind == "overlap":
            return self.env._(
                "%(first)s and %(second)s can't both be true: they are at once for "
                "%(minutes)s minutes.",
                **values,
            )
        if finding.kind == "travel":
            return self.env._(
                "%(first)s and %(second)s can't both be true: the way between them "
                "takes %(minutes)s minutes more than there are.",
                **values,
            )
        if finding.kind == "buffer":
            return self.env._(
                "Between %(first)s and %(second)s the buffer is gone: %(minutes)s "
                "minutes are missing.",
                **values,
            )
        if finding.kind == "meal":
            return self.env._("No time to eat is left on this day.")
        return self.env._(
            "From %(first)s to %(second)s no break is left: %(minutes)s minutes are "
            "missing.",
            **values,
        )

    @api.model
    def _warning_name(self, item):
        """Hour and name; a confidential engagement shows its level alone."""
        return item and f"{item.start:%H:%M} {item.key.display_name or ''}".strip()


def utc_days(first, last):
    """The UTC instants at which ``first`` begins and ``last`` ends in Istanbul."""
    begin = datetime.combine(first, time.min, ISTANBUL)
    end = datetime.combine(last + timedelta(days=1), time.min, ISTANBUL)
    return tuple(moment.astimezone(UTC).replace(tzinfo=None) for moment in (begin, end))


def _clock(hours):
    minutes = ceil(hours * 60 - 1e-6)
    return time(minutes // 60, minutes % 60)
