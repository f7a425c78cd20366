from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

PRINCIPAL = "ozel_kalem.group_principal"


class WorkflowMixin(models.AbstractModel):
    """A record that moves along a declared graph of states.

    A model declares ``state`` (selection) and:

    * ``_workflow``: ``{state: (next states, …)}``, the first key is where a
      record starts;
    * ``_closed_states``: entering one stamps ``closed_on``, leaving it clears;
    * ``_state_requires``: ``{state: (field names, …)}`` to be filled on entry;
    * ``_state_groups``: ``{state: (group xmlids, …)}``, one of which the user
      needs to move a record there;
    * ``_stamped_fields``: what, like ``closed_on``, only a step writes, as superuser.

    ``_reason_actions()`` lists the actions whose only argument is a text.
    """

    _name = "ozel_kalem.mixin.workflow"
    _description = "Workflow"

    _workflow = {}
    _closed_states = ()
    _state_requires = {}
    _state_groups = {}
    _stamped_fields = ()

    closed_on = fields.Datetime("Closed on", readonly=True, copy=False)

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_stamps(self._stamped_fields, vals)
            # explicit, so that no default of the context skips a step
            if not self.env.su:
                vals.update(dict.fromkeys(self._stamped_fields, False))
            vals["state"] = vals.get("state") or self._first_state()
            vals["closed_on"] = self._check_first_state(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_stamps(("closed_on", *self._stamped_fields), vals)
        if "state" not in vals:
            return super().write(vals)
        state = vals["state"]
        moving = self.filtered(lambda record: record.state != state)
        moving._check_step(state)
        before = {record: record.state for record in moving}
        closing = state in self._closed_states
        stamped = moving.filtered(
            lambda record: (record.state in self._closed_states) != closing
        )
        result = super(WorkflowMixin, self - stamped).write(vals)
        if stamped:
            now = fields.Datetime.now() if closing else False
            result = super(WorkflowMixin, stamped).write({**vals, "closed_on": now})
        moving._check_state_requirements(state)
        moving._state_entered(state, before)
        return result

    def _take_step(self, state, vals=None):
        """Take the step of a button: a second press doesn't overwrite the first.

        :raise UserError: when a record is in ``state`` already, or can't get there
        """
        for record in self:
            if record.state == state:
                raise UserError(
                    record._refused_step_message(state, self._workflow[state])
                )
        return self.write({**(vals or {}), "state": state})

    # ---------------------------------------------------------------- checks

    @api.model
    def _first_state(self):
        return next(iter(self._workflow), False)

    def _check_first_state(self, vals):
        """Refuse a record that would be born in the middle of its workflow.

        Closed years are brought in by an import of the director or the
        manager, who says so by the context key ``ozel_kalem_history``.

        :return: when the record was closed, False for an open one
        """
        state = vals["state"]
        if state == self._first_state():
            return False
        if not self._may_import_history():
            raise UserError(
                self.env._(
                    "A new record starts as “%(first)s”, not as “%(state)s”. "
                    "Create it first, then take its steps.",
                    first=self._state_label(self._first_state()),
                    state=self._state_label(state),
                )
            )
        if state not in self._closed_states:
            return False
        return vals.get("closed_on") or fields.Datetime.now()

    @api.model
    def _may_import_history(self):
        if not self.env.context.get("ozel_kalem_history"):
            return False
        user = self.env.user
        return (
            self.env.su
            or user.has_group("ozel_kalem.group_director")
            or user.has_group("ozel_kalem.group_manager")
        )

    def _check_stamps(self, names, vals):
        """Refuse what only a step may write, from whatever side it comes."""
        for name in () if self.env.su else names:
            if name in vals:
                # who may not write at all learns nothing else
                self.check_access("write" if self else "create")
                raise UserError(
                    self.env._(
                        "“%(field)s” is stamped by the step itself.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    def _check_step(self, state):
        """Raise unless every record may go to ``state`` from where it is."""
        for record in self:
            steps = self._workflow.get(record.state, ())
            if state not in steps:
                raise UserError(record._refused_step_message(state, steps))
        groups = self._state_groups.get(state)
        if self and groups and not self.env.su and not self._may_take(groups):
            raise AccessError(
                self.env._(
                    "Your role doesn't take the step “%(state)s”.",
                    state=self._state_label(state),
                )
            )

    def _may_take(self, groups):
        """Whether the user has one of the groups, or acts today for who has."""
        if any(map(self.env.user.has_group, groups)):
            return True
        if PRINCIPAL not in groups or "is_acting_mine" not in self._fields:
            return False
        return all(self.mapped("is_acting_mine"))

    def _refused_step_message(self, state, steps):
        values = {
            "record": self.display_name,
            "current": self._state_label(self.state),
            "state": self._state_label(state),
            "steps": ", ".join(self._state_label(step) for step in steps),
        }
        if not steps:
            return self.env._(
                "%(record)s is “%(current)s” and can't become “%(state)s”: "
                "no further step is open.",
                **values,
            )
        return self.env._(
            "%(record)s is “%(current)s” and can't become “%(state)s”. "
            "Open steps: %(steps)s.",
            **values,
        )

    def _check_state_requirements(self, state):
        for name in self._state_requires.get(state, ()):
            if missing := self.filtered(lambda record: not record[name]):
                raise ValidationError(
                    self.env._(
                        "%(record)s can't become “%(state)s” while “%(field)s” "
                        "is empty. Fill it in first.",
                        record=missing[0].display_name,
                        state=self._state_label(state),
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    @api.model
    def _state_label(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels.get(state, state)

    # ----------------------------------------------------------------- hooks

    def _state_entered(self, state, before):
        """React to a step that was taken, whatever path it came by.

        :param state: the state that all records of ``self`` have now
        :param before: ``{record: previous state}``
        """

    # --------------------------------------------------------------- reasons

    @api.model
    def _reason_actions(self):
        """``{method name: question}`` of the actions that need one text."""
        return {}

    def _proposed_text(self, method):
        """What the dialog of an action that asks for a text begins with."""
        return False

    @api.model
    def _required_text(self, text, label):
        """The stripped ``text``, or a ``UserError`` that names ``label``."""
        text = text.replace("\0", "").strip() if isinstance(text, str) else ""
        if not text:
            raise UserError(
                self.env._("“%(field)s” is empty. Write it, please.", field=label)
            )
        return text

    def action_ask_reason(self):
        """Open the dialog that asks the text for the action in the context.

        The button passes ``{'reason_action': 'action_cancel'}``; only methods
        that the model lists in ``_reason_actions`` can be named.
        """
        method = self.env.context.get("reason_action")
        question = self._reason_actions().get(method)
        if not question:
            raise UserError(self.env._("This action asks for no text."))
        return {
            "type": "ir.actions.act_window",
            "name": question,
            "res_model": "ozel_kalem.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
                "default_method": method,
                "default_text": self._proposed_text(method),
            },
        }
