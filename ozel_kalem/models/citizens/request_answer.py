from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.local_time import local_today
from ...tools.turkish import short_date
from .request_types import RESULTS

# The citizen couldn't be reached: so many attempts, by as many ways, are enough.
FAILED_CHANNELS = 2
# Where something may have been told, or be under way.
TOLD_STATES = ("answered", "notified", "redirected", "rejected")


class Request(models.Model):
    """The way back: from the units' answers to the citizen who was told."""

    _inherit = "ozel_kalem.request"

    result = fields.Selection(RESULTS, copy=False, tracking=True)
    answer = fields.Text("Answer to the citizen", copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    notified_on = fields.Datetime("Told on", readonly=True, copy=False)
    units_text = fields.Text(
        "Units' answers", compute="_compute_units_text", compute_sudo=True
    )
    notice_ids = fields.One2many(
        "ozel_kalem.notice",
        "res_id",
        domain=[("res_model", "=", "ozel_kalem.request")],
        string="Notices",
    )
    told_proof = fields.Text(
        "How the citizen knows",
        readonly=True,
        copy=False,
        help="The proof of the notice that told the result, or why nobody was told.",
    )

    @api.depends("referral_ids.answer")
    def _compute_units_text(self):
        for request in self:
            answered = request.referral_ids.filtered("answer").sorted("id")
            request.units_text = "\n".join(
                f"{referral._receiver_name()}: {referral.answer}"
                for referral in answered
            )

    def _units_words(self):
        """The units' answers as a citizen may read them: without who said what."""
        self.ensure_one()
        # sudo: what a unit answered to a colleague counts as well
        answered = self.sudo().referral_ids.filtered(
            lambda r: r.state in ("answered", "accepted") and r.answer
        )
        return "\n\n".join(answered.sorted("id").mapped("answer"))

    def write(self, vals):
        if vals.get("told_proof") and not self.env.su:
            raise AccessError(
                self.env._("“How the citizen knows” comes from a notice that arrived.")
            )
        changing = self._whose_answer_changes(vals)
        result = super().write(vals)
        changing._supersede_notices()
        return result

    def _whose_answer_changes(self, vals):
        """Those that get another answer than what may have been told before."""
        given = {name: vals[name] for name in ("answer", "result") if name in vals}
        if not given or vals.get("state") == "notified":
            return self.browse()
        return self.filtered(
            lambda request: (
                request.state != "notified"
                and any((request[name] or "") != (given[name] or "") for name in given)
            )
        )

    # --------------------------------------------------------------- actions

    def action_answer(self, result, text):
        """The office writes what the citizen will be told.

        :param result: ``positive``, ``partial``, ``negative`` or ``informed``
        :param text: the answer, as the citizen reads it
        :raise UserError: without a text, with another result, or while a unit
            still owes its answer
        """
        text = self._required_text(text, self.env._("Answer to the citizen"))
        if result not in dict(RESULTS):
            raise UserError(
                self.env._(
                    "“Result” is one of %(results)s.",
                    results=", ".join(dict(RESULTS)),
                )
            )
        values = {"result": result, "answer": text}
        ready = self.filtered(lambda request: request.state == "answered")
        ready.write(values)
        others = self - ready
        others._check_units_answered()
        if others:
            others._take_step("answered", values)

    def action_open_answer(self):
        """Open the dialog that asks result and text.

        :raise UserError: while a unit still owes its answer
        """
        if self.state != "answered":
            self._check_units_answered()
        return self._open_dialog("ozel_kalem.request.answer")

    def action_open_tell(self):
        """Open the dialog that tells the citizen and keeps the proof."""
        return self._open_dialog("ozel_kalem.request.tell")

    def action_notify(self):
        """Close the requests whose citizens have been told.

        A notice that arrives closes its request by itself; this is for those
        that were left open, and does nothing to closed ones.

        :raise UserError: while no notice has been delivered
        """
        for request in self.filtered(lambda request: request.state != "notified"):
            if not request.told_proof:
                raise UserError(
                    self.env._(
                        "%(record)s can't be closed: the citizen hasn't been told. "
                        "Tell him, and keep the proof that it arrived.",
                        record=request.display_name,
                    )
                )
            request._take_step("notified", request._told_values())

    def action_extend_deadline(self, reason, duration=None):
        """Extend the deadline, once; the citizen has to be told (4982 art. 11).

        :param reason: why, as he is told
        :param duration: by how much, see the deadline mixin
        """
        result = super().action_extend_deadline(reason, duration)
        for request in self.filtered(lambda request: not request.is_anonymous):
            notice = request._create_notice(
                request._notice_channel(),
                request._letter("extension") or request.extension_reason,
                closes_source=False,
            )
            if notice._sends_by(notice.channel):
                notice.action_send()
        return result

    def _check_extension(self, duration=None):
        extension = super()._check_extension(duration)
        if self.deadline and self.deadline < local_today():
            raise UserError(
                self.env._(
                    "%(record)s was due on %(deadline)s: more time is given only "
                    "before the deadline. Answer it now, please.",
                    record=self.display_name,
                    deadline=short_date(self.deadline),
                )
            )
        return extension

    def action_close_unreachable(self, reason):
        """Close it although the citizen couldn't be told, in spite of two ways.

        :param reason: the director's; kept
        :raise AccessError: for anybody but the director
        :raise UserError: before two attempts by different ways have failed
        """
        reason = self._required_text(reason, self.env._("Reason"))
        if not (self.env.su or self.env.user.has_group("ozel_kalem.group_director")):
            raise AccessError(
                self.env._("Only the director closes what nobody was told.")
            )
        self._check_unreachable()
        for request in self:
            # sudo: the director's reason stands where a notice's proof would
            request.sudo().told_proof = reason
            # a refusal stays one, told or not
            if request.state != "rejected":
                request._take_step("notified", request._told_values())

    def _check_unreachable(self):
        for request in self:
            # sudo: what colleagues have tried counts as well
            failed = request.sudo().notice_ids.filtered(lambda n: n.state == "failed")
            if len(set(failed.mapped("channel"))) < FAILED_CHANNELS:
                raise UserError(
                    self.env._(
                        "%(record)s: try at least two different ways to tell the "
                        "citizen before you close it.",
                        record=request.display_name,
                    )
                )

    def action_ask_reason(self):
        """Refuse what can't be done before a reason is typed for it."""
        method = self.env.context.get("reason_action")
        if method == "action_close_unreachable":
            self._check_unreachable()
        elif method == "action_extend_deadline":
            for request in self:
                request._check_extension()
        return super().action_ask_reason()

    def action_view_notices(self):
        """Open what the citizen was told."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notices"),
            "help": self.env._("The applicant hasn't been told anything yet."),
            "res_model": "ozel_kalem.notice",
            "view_mode": "list,form",
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_partner_id": self.partner_id.id,
            },
        }

    @api.model
    def _reason_actions(self):
        return {
            **super()._reason_actions(),
            "action_close_unreachable": self.env._("Why is it closed untold?"),
        }

    # --------------------------------------------------------------- notices

    def _create_notice(self, channel, body, closes_source=True):
        """A notice to the applicant, which isn't sent yet."""
        self.ensure_one()
        return self.env["ozel_kalem.notice"].create(
            {
                "res_model": self._name,
                "res_id": self.id,
                "partner_id": self.partner_id.id,
                "channel": channel,
                "subject": self.env._("Your request %(number)s", number=self.name),
                "body": body,
                "closes_source": closes_source,
            }
        )

    def _notice_channel(self):
        """The way by which the citizen came, where we can and may go it as well."""
        self.ensure_one()
        by_mail = self.channel in ("email", "web", "cimer", "social")
        # sudo: the mark binds those as well who may not read it
        unwanted = self.partner_id.sudo().ozel_kalem_do_not_contact
        if self.channel == "letter" or unwanted:
            return "letter"
        address = self.partner_id.email_normalized
        if address and (by_mail or not self.partner_phone):
            return "email"
        return "phone"

    def _is_to_be_told(self):
        """Whether something stands there that the citizen doesn't know yet."""
        self.ensure_one()
        if self.state == "rejected":
            return not (self.is_anonymous or self.told_proof)
        ready = self.state == "answered" and self.result
        return bool(ready) or self.state == "redirected"

    def _current_notices(self, state):
        """The notices in ``state`` that tell the result as it stands."""
        # sudo: what colleagues have told counts as well
        return self.sudo().notice_ids.filtered(
            lambda notice: (
                notice.state == state and notice.closes_source and not notice.is_void
            )
        )

    def _check_nothing_under_way(self):
        """Refuse to tell once more what may be arriving just now."""
        for request in self:
            if under_way := request._current_notices("pending")[:1]:
                raise UserError(
                    self.env._(
                        "%(record)s: %(notice)s is under way already. Wait until it "
                        "has arrived or come back; %(user)s or the director can "
                        "write down under “Notices” what became of it.",
                        record=request.display_name,
                        notice=under_way.name,
                        user=under_way.user_id.name,
                    )
                )

    def _supersede_notices(self):
        """What was told so far doesn't prove that the present answer is known."""
        # sudo: what colleagues have told as well
        told = self.sudo().notice_ids.filtered("closes_source")
        told.filtered(lambda notice: not notice.is_void).is_void = True
        proven = self.filtered("told_proof")
        if proven:
            proven.write({"told_proof": False, "notified_on": False})

    def _notice_text(self):
        """What the citizen is told at this point of his request."""
        self.ensure_one()
        if self.state == "redirected":
            return self._told_values()["answer"]
        return self.refusal_reason if self.state == "rejected" else self.answer

    # ----------------------------------------------------------------- steps

    def _told_values(self):
        """What a request has when it closes; one sent on was answered by that."""
        self.ensure_one()
        if self.state != "redirected":
            return {}
        return {
            "result": self.result or "informed",
            "answer": self.answer
            or self.env._(
                "Sent to %(institution)s, whose business it is.",
                institution=self.redirected_to_id.name,
            ),
        }

    def _check_units_answered(self):
        refused = [
            self.env._(
                "%(record)s waits for %(units)s. Wait for the answer, or "
                "open the referral under “Units” and take it back.",
                record=request.display_name,
                units=", ".join(r._receiver_name() for r in waiting),
            )
            for request in self
            if (waiting := request._unanswered_referrals())
        ]
        if refused:
            raise UserError("\n".join(refused))

    def _referral_changed(self, referral, state):
        """The whole is answered when all units have answered."""
        super()._referral_changed(referral, state)
        if self.closed_on:
            return
        owed = referral.purpose != "information"
        if state == "received" and self.state == "answered" and owed:
            self.write({"state": "referred"})
        elif state in ("answered", "returned", "cancelled"):
            self._units_are_done()

    def _units_are_done(self):
        if self.state != "referred" or self._unanswered_referrals():
            return
        answered = self.referral_ids.filtered(
            lambda r: r.state in ("answered", "accepted") and r.answer
        )
        if answered:
            answer = self.answer or self._units_words()
            self.write({"state": "answered", "answer": answer})
        else:
            self.write({"state": "assessed"})

    def _state_entered(self, state, before):
        super()._state_entered(state, before)
        if state != "notified":
            vals = {"told_proof": False, "notified_on": False}
            if state in ("assessed", "referred", "redirected", "rejected"):
                # what was said before stands in its notice, not in the next answer
                vals.update(result=False, answer=False)
            self.write(vals)
            if "answer" in vals:
                told = self.filtered(lambda request: before[request] in TOLD_STATES)
                told._supersede_notices()
        for request in self:
            if state == "answered":
                request._answer_is_ready()
            elif state == "notified":
                request.sudo()._accept_answers()
                request.notified_on = fields.Datetime.now()
                request._report_telephone_matter()

    def _answer_is_ready(self):
        self.answered_on = fields.Datetime.now()
        if self.user_id and self.user_id != self.env.user:
            # sudo: the unit's liaison can't plan activities of the office
            self.sudo().activity_schedule(
                "ozel_kalem.activity_type_request",
                date_deadline=local_today(),
                summary=self.env._("The answer is ready: tell the citizen"),
                user_id=self.user_id.id,
            )

    def _report_telephone_matter(self):
        """What came by telephone ends with word to the director (D07)."""
        if self.channel == "phone":
            office = self.env["ozel_kalem.office"]._for(self.company_id.id)
            # sudo: who tells the citizen need not be one who notifies the director
            request = self.sudo()._in_office_language()
            request._notify_neutrally(
                office._directors().partner_id - self.env.user.partner_id,
                request.env._(
                    "%(number)s, which came by telephone, is concluded",
                    number=self.name,
                ),
            )

    def _accept_answers(self):
        """Closing accepts what the units have answered and takes back the rest."""
        self.referral_ids.filtered(lambda r: r.state == "answered").action_accept()
        # the institution goes on with what was sent on to it
        if not self.redirected_to_id:
            self._cancel_referrals(self.env._("The request is closed."))
        self.activity_unlink(["ozel_kalem.activity_type_request"])

    def _notice_changed(self, notice, state):
        """A notice that arrived closes the request; one that bounced opens it."""
        # sudo: whoever delivers the notice may only read the request
        request = self.sudo()
        if not notice.closes_source or notice.is_void:
            return
        if state == "delivered":
            request.told_proof = notice.proof
            if request.state == "redirected" or (
                request.state == "answered" and request.result
            ):
                request.action_notify()
        elif state == "failed":
            request._notice_failed(notice)

    def _notice_failed(self, notice):
        """Open it again, unless the citizen knows it by another way."""
        if told := self._current_notices("delivered")[:1]:
            self.told_proof = told.proof
            return
        if self.state == "notified" and notice.mail_message_id:
            self.write({"state": "answered"})
        elif self.state == "rejected" and notice.mail_message_id:
            self.told_proof = False
        if self.user_id:
            self.activity_schedule(
                "ozel_kalem.activity_type_request",
                date_deadline=local_today(),
                summary=self.env._("The citizen couldn't be told: try another way"),
                user_id=self.user_id.id,
            )
