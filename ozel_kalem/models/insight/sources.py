"""What the office's figures are counted from: the areas' own records."""

from itertools import product

from odoo import api, fields, models

from ...tools.local_time import local_date

# `_data_fields`: what a data sheet shows of a record. No names and no telephone
# numbers: it says what happened, not who came.


def _figures(moment, *together):
    """Roll-ups of a company's records by month and by day of ``moment``."""
    return tuple(
        ("company_id", f"{moment}:{part}", *names)
        for part, names in product(("month", "day"), together)
    )


class Request(models.Model):
    _inherit = "ozel_kalem.request"

    _data_fields = (
        "name",
        "received_on",
        "request_type",
        "channel",
        "subject",
        "topic_id",
        "neighbourhood_id",
        "lead_department_id",
        "legal_ground",
        "deadline",
        "state",
        "closed_on",
        "waiting_days",
        "closed_late",
    )
    _rollup_figures = (
        *_figures(
            "received_on",
            ("request_type", "state"),
            ("lead_department_id", "state", "closed_late"),
            ("channel", "state", "closed_late"),
            ("neighbourhood_id", "state", "closed_late"),
            ("topic_id", "state", "closed_late"),
            ("legal_ground", "state", "closed_late"),
            # what is overdue changes with the day, not with a record
            ("lead_department_id", "running_deadline"),
            ("legal_ground", "running_deadline"),
        ),
        # a median needs to know how many waited how long
        *_figures(
            "closed_on",
            ("channel", "state", "closed_late", "waiting_days"),
            ("neighbourhood_id", "state", "closed_late", "waiting_days"),
        )[:2],
    )
    _rollup_sums = ("waiting_days",)


class Instruction(models.Model):
    _name = "ozel_kalem.instruction"
    _inherit = ["ozel_kalem.mixin.rollup", "ozel_kalem.instruction"]

    _data_fields = ("name", "received_on", "mode", "subject", "deadline", "state")
    _rollup_figures = _figures("received_on", ("mode", "state"))


class Referral(models.Model):
    _name = "ozel_kalem.referral"
    _inherit = ["ozel_kalem.mixin.rollup", "ozel_kalem.referral"]

    _data_fields = (
        "name",
        "sent_on",
        "department_id",
        "purpose",
        "subject",
        "deadline",
        "state",
        "answered_on",
        "answer_days",
        "answered_late",
        "reminder_count",
    )
    _rollup_figures = _figures(
        "sent_on", ("res_model", "department_id", "state", "answered_late")
    )
    _rollup_sums = ("answer_days", "reminder_count")

    answer_days = fields.Integer(
        "Answered after (days)",
        compute="_compute_answer_days",
        store=True,
        aggregator="avg",
    )
    answered_late = fields.Boolean(
        "Answered late", compute="_compute_answer_days", store=True
    )

    @api.depends("sent_on", "answered_on", "deadline")
    def _compute_answer_days(self):
        for referral in self:
            answered = referral.answered_on and local_date(referral.answered_on)
            sent = local_date(referral.sent_on)
            referral.answer_days = max(0, (answered - sent).days) if answered else 0
            referral.answered_late = bool(
                answered and referral.deadline and answered > referral.deadline
            )


class Appointment(models.Model):
    _name = "ozel_kalem.appointment"
    _inherit = ["ozel_kalem.mixin.rollup", "ozel_kalem.appointment"]

    _data_fields = (
        "name",
        "received_on",
        "applicant_kind",
        "channel",
        "subject",
        "principal_id",
        "state",
        "start",
        "waited_days",
        "postponed_count",
    )
    _rollup_figures = _figures(
        "received_on", ("state", "postponed_count"), ("applicant_kind", "state")
    )
    _rollup_sums = ("waited_days",)

    waited_days = fields.Integer(
        "Waited to be received (days)",
        compute="_compute_waited_days",
        store=True,
        aggregator="avg",
    )

    @api.depends("state", "start", "received_on")
    def _compute_waited_days(self):
        for appointment in self:
            received = appointment.state == "done" and appointment.start
            waited = received and (
                local_date(received) - local_date(appointment.received_on)
            )
            appointment.waited_days = max(0, waited.days) if waited else 0


class Visit(models.Model):
    _name = "ozel_kalem.visit"
    _inherit = ["ozel_kalem.mixin.rollup", "ozel_kalem.visit"]

    _data_fields = (
        "name",
        "arrived_on",
        "seeks",
        "subject",
        "principal_id",
        "department_id",
        "party_size",
        "state",
        "admitted_on",
        "wait_minutes",
    )
    _rollup_figures = _figures("arrived_on", ("seeks", "principal_rank", "state"))
    _rollup_sums = ("party_size",)

    principal_rank = fields.Selection(related="principal_id.rank", store=True)


class Call(models.Model):
    _name = "ozel_kalem.call"
    _inherit = ["ozel_kalem.mixin.rollup", "ozel_kalem.call"]

    _data_fields = (
        "name",
        "called_on",
        "direction",
        "seeks",
        "subject",
        "state",
        "was_connected",
        "was_noted",
    )
    _rollup_figures = _figures(
        "called_on", ("direction", "state", "was_connected", "was_noted")
    )

    was_connected = fields.Boolean(
        compute="_compute_what_came_of_it", store=True, copy=False
    )
    was_noted = fields.Boolean(
        compute="_compute_what_came_of_it", store=True, copy=False
    )

    @api.depends("state")
    def _compute_what_came_of_it(self):
        """Kept when the call is closed: it counts as connected all the same."""
        for call in self:
            call.was_connected = call.was_connected or call.state == "connected"
            call.was_noted = call.was_noted or call.state == "noted"


class Engagement(models.Model):
    _name = "ozel_kalem.engagement"
    _inherit = ["ozel_kalem.mixin.rollup", "ozel_kalem.engagement"]

    _data_fields = (
        "start",
        "stop",
        "kind",
        "subject",
        "principal_id",
        "state",
    )
    _rollup_figures = _figures("start", ("kind", "state"))
