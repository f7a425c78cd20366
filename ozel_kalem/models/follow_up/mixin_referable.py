from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..foundation.mixin_deadline import RULE_FIELDS
from .referral import WAITING_STATES

# What moves the deadline of a record that has one.
DEADLINE_FIELDS = {"deadline", "service_standard_id", *RULE_FIELDS}


class ReferableMixin(models.AbstractModel):
    """A record that the office sends to units or institutions to be dealt with."""

    _name = "ozel_kalem.mixin.referable"
    _description = "Referable"

    referral_ids = fields.One2many(
        "ozel_kalem.referral",
        "res_id",
        domain=lambda self: [("res_model", "=", self._name)],
        string="Referrals",
    )
    referral_count = fields.Integer(
        compute="_compute_referral_progress", compute_sudo=True
    )
    referral_progress = fields.Char(
        "Progress", compute="_compute_referral_progress", compute_sudo=True
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Units",
        copy=False,
        help="The units that it was referred to; the first one leads.",
    )
    lead_department_id = fields.Many2one(
        "hr.department", "Lead unit", index="btree_not_null", tracking=True, copy=False
    )
    is_referred_to_me = fields.Boolean(
        compute="_compute_is_referred_to_me", search="_search_is_referred_to_me"
    )

    @api.depends("referral_ids.state", "referral_ids.purpose")
    def _compute_referral_progress(self):
        for record in self:
            alive = record.referral_ids.filtered(
                lambda referral: referral.state not in ("cancelled", "returned")
            )
            asked = alive.filtered(lambda referral: referral.purpose != "information")
            answered = asked.filtered(
                lambda referral: referral.state in ("answered", "accepted")
            )
            record.referral_count = len(record.referral_ids)
            record.referral_progress = (
                self.env._(
                    "%(answered)s of %(asked)s answered",
                    answered=len(answered),
                    asked=len(asked),
                )
                if asked
                else False
            )

    @api.depends("referral_ids.department_id")
    @api.depends_context("uid")
    def _compute_is_referred_to_me(self):
        mine = self.sudo().filtered_domain(self._referred_to_me_domain())
        for record in self:
            record.is_referred_to_me = record.sudo() in mine

    def _search_is_referred_to_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._referred_to_me_domain()

    @api.model
    def _referred_to_me_domain(self):
        # sudo: whether something was referred to one's own unit may be known
        # by the unit; nothing of the referral is read
        referrals = (
            self.env["ozel_kalem.referral"]
            .sudo()
            ._search(
                Domain("res_model", "=", self._name)
                & Domain("department_id", "in", self.env.user._ozel_kalem_unit_ids())
            )
        )
        return Domain("id", "in", referrals.subselect("res_id"))

    def _unanswered_referrals(self):
        """Those on which somebody still owes an answer."""
        # sudo: what colleagues referred counts as well
        return self.sudo().referral_ids.filtered(
            lambda referral: (
                referral.state in WAITING_STATES and referral.purpose != "information"
            )
        )

    # -------------------------------------------------------------- deadline

    def write(self, vals):
        if DEADLINE_FIELDS.isdisjoint(vals) or "deadline" not in self._fields:
            return super().write(vals)
        before = {record: record.deadline for record in self}
        result = super().write(vals)
        for record, deadline in before.items():
            # nobody is late by what somebody else corrects
            if deadline and record.deadline and record.deadline > deadline:
                record._move_referrals(deadline)
        return result

    def _move_referrals(self, before):
        """Units that had until the same day have until the later one as well.

        :param before: the deadline that the record had
        """
        # sudo: a referral follows its record, whoever moved that
        waiting = self.sudo().referral_ids.filtered(
            lambda referral: (
                referral.state in WAITING_STATES and referral.deadline == before
            )
        )
        for referral in waiting:
            referral._move_deadline(self.deadline)

    # --------------------------------------------------------------- actions

    def action_refer(self, department_ids, note=None, purpose="action"):
        """Send the record to units, one referral each.

        :param department_ids: ids of ``hr.department``; the first one leads
        :param note: what is asked of the units; the subject when left out
        :param purpose: ``action``, ``information`` or ``opinion``
        :return: ids of the referrals
        :raise UserError: without a unit, with an unknown one, or when the
            record is closed
        """
        units = self._existing_units(department_ids)
        receivers = [{"department_id": unit.id} for unit in units]
        referrals = self._refer(receivers, note, purpose)
        for record in self:
            record._referred(units)
        return referrals.ids

    def action_refer_institutions(self, partner_ids, note=None, purpose="action"):
        """Send the record to outside institutions, one referral each.

        :param partner_ids: ids of ``res.partner``
        :param note: what is asked of them
        :param purpose: ``action``, ``information`` or ``opinion``
        :return: ids of the referrals
        :raise UserError: without an institution, or when the record is closed
        """
        partners = self.env["res.partner"].browse(partner_ids or ()).exists()
        if not partners:
            raise UserError(
                self.env._("“Institutions”: choose at least one that exists, please.")
            )
        receivers = [{"institution_id": partner.id} for partner in partners]
        return self._refer(receivers, note, purpose).ids

    def _refer(self, receivers, note, purpose):
        """Create a referral of each record to each of ``receivers``."""
        purposes = (
            self.env["ozel_kalem.referral"]._fields["purpose"].get_values(self.env)
        )
        if purpose not in purposes:
            raise UserError(
                self.env._(
                    "“Purpose” is one of %(purposes)s.", purposes=", ".join(purposes)
                )
            )
        for record in self:
            if record.state in record._closed_states:
                raise UserError(
                    self.env._(
                        "%(record)s is closed and can't be referred.",
                        record=record.display_name,
                    )
                )
        return self.env["ozel_kalem.referral"].create(
            [
                {**record._prepare_referral(note, purpose), **receiver}
                for record in self
                for receiver in receivers
            ]
        )

    def _existing_units(self, department_ids):
        if isinstance(department_ids, int):
            department_ids = [department_ids]
        ids = department_ids if isinstance(department_ids, list | tuple) else []
        ids = [unit_id for unit_id in ids if type(unit_id) is int and unit_id > 0]
        # sudo: the list of units is known to the whole office
        units = self.env["hr.department"].sudo().browse(dict.fromkeys(ids)).exists()
        if not units or len(ids) != len(department_ids) or len(units) != len(set(ids)):
            raise UserError(
                self.env._("“Units”: choose at least one unit that exists, please.")
            )
        return units

    def _prepare_referral(self, note, purpose):
        self.ensure_one()
        return {
            "res_model": self._name,
            "res_id": self.id,
            "purpose": purpose,
            "body": note or False,
        }

    def _referred(self, units):
        """Note the units on the record; the first ever referred to leads."""
        self.ensure_one()
        # sudo: who may refer a record may not always edit it
        record = self.sudo()
        record.write(
            {
                "lead_department_id": (record.lead_department_id or units[0]).id,
                "department_ids": [(4, unit.id) for unit in units],
            }
        )

    def _referral_changed(self, referral, state):
        """React to a referral of this record that has entered ``state``."""
        text = referral.answer if state == "answered" else referral.return_reason
        if state in ("answered", "returned"):
            self._message_log(
                body=self.env._(
                    "%(number)s, %(unit)s, %(state)s: %(text)s",
                    number=referral.name,
                    unit=referral._receiver_name(),
                    state=referral._state_label(state).lower(),
                    text=text,
                )
            )

    def action_refer_chosen(self):
        """Refer to the units chosen on the record, or ask for them."""
        self.ensure_one()
        units = self.lead_department_id | self.department_ids
        if self.referral_count or not units:
            return self.action_open_refer()
        self.action_refer(units.ids)
        return None

    def action_open_refer(self):
        """Open the dialog that asks whom to refer to."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refer"),
            "res_model": "ozel_kalem.refer",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
            },
        }

    def action_view_referrals(self):
        """Open the record's referrals."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referrals"),
            "res_model": "ozel_kalem.referral",
            "view_mode": "list,form",
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
        }

    def _cancel_referrals(self, reason):
        """Take the open referrals back; the units are told."""
        # sudo: cancelling the record takes back what others referred as well
        open_referrals = self.sudo().referral_ids.filtered(
            lambda referral: not referral.closed_on
        )
        if open_referrals:
            open_referrals.action_cancel(reason)


class Refer(models.TransientModel):
    """Asks to which units, for what, and with which note."""

    _name = "ozel_kalem.refer"
    _description = "Refer"

    res_model = fields.Char(required=True)
    res_ids = fields.Char(required=True)
    department_ids = fields.Many2many("hr.department", string="Units")
    institution_ids = fields.Many2many("res.partner", string="Institutions")
    purpose = fields.Selection(
        [
            ("action", "For action"),
            ("information", "For information"),
            ("opinion", "For opinion"),
        ],
        required=True,
        default="action",
    )
    note = fields.Text()
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Enclosures",
        help="Files of the record that the receiver gets a copy of.",
    )
    discloses_contact = fields.Boolean(
        "Disclose the applicant",
        help="The unit sees the name and telephone of the person concerned.",
    )

    def action_confirm(self):
        """Refer the records that opened the dialog.

        :raise UserError: when nobody to refer to was chosen
        """
        self.ensure_one()
        Model = self.env.get(self.res_model)
        if Model is None or not hasattr(Model, "action_refer"):
            raise UserError(self.env._("This kind of record can't be referred."))
        if not self.department_ids and not self.institution_ids:
            raise UserError(self.env._("Choose a unit or an institution, please."))
        records = Model.browse(int(res_id) for res_id in self.res_ids.split(","))
        ids = []
        if self.department_ids:
            ids += records.action_refer(
                self.department_ids.ids, self.note, self.purpose
            )
        if self.institution_ids:
            ids += records.action_refer_institutions(
                self.institution_ids.ids, self.note, self.purpose
            )
        referrals = self.env["ozel_kalem.referral"].browse(ids)
        referrals.write(
            {
                "discloses_contact": self.discloses_contact,
                "attachment_ids": self.attachment_ids.ids,
            }
        )
        return {"type": "ir.actions.act_window_close"}
