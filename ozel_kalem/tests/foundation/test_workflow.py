from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from ..common import OzelKalemCase, our_models

MIXIN = "ozel_kalem.mixin.workflow"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestWorkflowGraphs(OzelKalemCase):
    """The graph of every model; a new one joins by inheriting the mixin."""

    def models(self):
        return [self.env[name] for name in our_models(self.registry, MIXIN)]

    def states(self, Model):
        return [key for key, _label in Model._fields["state"].selection]

    def test_every_state_is_in_the_graph(self):
        for Model in self.models():
            with self.subTest(Model._name):
                self.assertEqual(set(Model._workflow), set(self.states(Model)))

    def test_every_step_leads_to_a_state(self):
        for Model in self.models():
            with self.subTest(Model._name):
                for steps in Model._workflow.values():
                    self.assertLessEqual(set(steps), set(Model._workflow))

    def test_every_state_can_be_reached(self):
        for Model in self.models():
            with self.subTest(Model._name):
                reached, todo = set(), [Model._first_state()]
                while todo:
                    state = todo.pop()
                    if state not in reached:
                        reached.add(state)
                        todo += Model._workflow[state]
                self.assertEqual(reached, set(Model._workflow))

    def test_closed_and_guarded_states_exist(self):
        for Model in self.models():
            with self.subTest(Model._name):
                graph = set(Model._workflow)
                self.assertLessEqual(set(Model._closed_states), graph)
                self.assertLessEqual(set(Model._state_requires), graph)
                self.assertLessEqual(set(Model._state_groups), graph)
                self.assertTrue(Model._closed_states)

    def test_required_fields_and_groups_exist(self):
        for Model in self.models():
            with self.subTest(Model._name):
                for names in Model._state_requires.values():
                    self.assertLessEqual(set(names), set(Model._fields))
                for groups in Model._state_groups.values():
                    for group in groups:
                        self.assertTrue(self.env.ref(group, raise_if_not_found=False))

    def test_the_default_is_the_first_state(self):
        for Model in self.models():
            with self.subTest(Model._name):
                default = Model.default_get(["state"])["state"]
                self.assertEqual(default, Model._first_state())

    def test_state_is_not_copied(self):
        for Model in self.models():
            with self.subTest(Model._name):
                self.assertFalse(Model._fields["state"].copy)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestWorkflowSteps(OzelKalemCase):
    """Each state × each state of every model."""

    def models(self):
        return [self.env[name] for name in our_models(self.registry, MIXIN)]

    def sample_in(self, Model, state, after=None):
        """A sample put into ``state`` behind the workflow's back, ready to go on."""
        # only what is sent for information is accepted without an answer
        values = {"purpose": "information"} if "purpose" in Model._fields else {}
        record = self.make(Model, **values)
        for names in Model._state_requires.values():
            for name in names:
                if not record[name]:
                    record[name] = self.plain_value(Model, Model._fields[name])
        if after == "no_show":
            # nobody is missed before his hour
            record.write(
                {"start": "2026-01-02 03:00:00", "stop": "2026-01-02 04:00:00"}
            )
        record.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET state = %s, closed_on = %s WHERE id = %s",
                SQL.identifier(Model._table),
                state,
                "2026-01-02 03:04:05" if state in Model._closed_states else None,
                record.id,
            )
        )
        record.invalidate_recordset()
        return record

    def refusal(self, record, state):
        """Why the step was refused, or nothing."""
        try:
            with self.env.cr.savepoint():
                record.write({"state": state})
                record.flush_recordset()
        except UserError as error:
            return str(error)
        return None

    def test_only_the_steps_of_the_graph_are_open(self):
        for Model in self.models():
            for before, steps in Model._workflow.items():
                for after in Model._workflow:
                    with self.subTest(model=Model._name, before=before, after=after):
                        record = self.sample_in(Model, before, after)
                        refusal = self.refusal(record, after)
                        if after == before or after in steps:
                            self.assertIsNone(refusal)
                            continue
                        self.assertTrue(refusal, "the step was let through")
                        for step in steps:
                            self.assertIn(Model._state_label(step), refusal)

    def test_a_record_starts_at_the_start(self):
        for Model in self.models():
            for state in Model._workflow:
                with self.subTest(model=Model._name, state=state):
                    if state == Model._first_state():
                        self.assertTrue(self.make(Model, state=state))
                        continue
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        self.make(Model, state=state)

    def test_a_default_state_in_the_context_skips_nothing(self):
        for Model in self.models():
            with self.subTest(Model._name):
                last = list(Model._workflow)[-1]
                record = self.make(
                    Model.with_context(
                        default_state=last, default_closed_on="2026-01-01"
                    )
                )
                self.assertEqual(record.state, Model._first_state())
                self.assertFalse(record.closed_on)

    def test_closing_stamps_and_reopening_clears(self):
        for Model in self.models():
            for before, steps in Model._workflow.items():
                for after in steps:
                    with self.subTest(model=Model._name, before=before, after=after):
                        record = self.sample_in(Model, before, after)
                        stamp = record.closed_on
                        record.write({"state": after})
                        self.assertEqual(
                            bool(record.closed_on), after in Model._closed_states
                        )
                        if {before, after} <= set(Model._closed_states):
                            self.assertEqual(record.closed_on, stamp)

    def test_the_stamp_is_not_written_by_hand(self):
        for Model in self.models():
            with self.subTest(Model._name):
                if not Model.with_user(self.director).has_access("write"):
                    continue
                record = self.make(Model).with_user(self.director)
                for name in ("closed_on", *Model._stamped_fields):
                    with self.assertRaisesRegex(UserError, "stamped"):
                        record.write({name: False})

    def test_what_a_state_requires_is_named(self):
        for Model in self.models():
            for after, names in Model._state_requires.items():
                for name in names:
                    field = Model._fields[name]
                    if field.required:
                        continue
                    before = next(s for s, to in Model._workflow.items() if after in to)
                    with self.subTest(model=Model._name, after=after, field=name):
                        record = self.sample_in(Model, before)
                        record[name] = False
                        refusal = self.refusal(record, after)
                        label = field._description_string(self.env)
                        self.assertIn(label, refusal or "")

    def test_an_import_follows_the_graph(self):
        """``load()``, the way of every CSV and XLSX import, for every model."""
        for Model in self.models():
            record = self.make(Model)
            xmlid = f"__import__.{Model._table}_{record.id}"
            self.env["ir.model.data"]._update_xmlids(
                [{"xml_id": xmlid, "record": record}]
            )
            first = Model._first_state()
            for state in Model._workflow.keys() - {first, *Model._workflow[first]}:
                with self.subTest(model=Model._name, state=state):
                    result = Model.load(
                        ["id", "state"], [[xmlid, Model._state_label(state)]]
                    )
                    self.assertFalse(result["ids"])
                    self.assertEqual(record.state, first)
                    text = " ".join(m["message"] for m in result["messages"])
                    self.assertIn(Model._state_label(Model._workflow[first][0]), text)

    def test_roles_that_a_step_asks_for(self):
        instruction = self.make("ozel_kalem.instruction", user_id=self.secretary.id)
        instruction.result = "done"
        with self.assertRaises(AccessError):
            instruction.with_user(self.secretary).write({"state": "concluded"})
        instruction.with_user(self.director).write({"state": "concluded"})
        self.assertEqual(instruction.state, "concluded")

    def test_history_may_begin_closed(self):
        Model = self.env["ozel_kalem.instruction"].with_context(ozel_kalem_history=True)
        values = {"state": "cancelled", "cancel_reason": "of old", "subject": "old"}
        record = Model.with_user(self.director).create(values)
        self.assertEqual(record.state, "cancelled")
        self.assertTrue(record.closed_on)
        with self.assertRaises(UserError):
            Model.with_user(self.secretary).create(values)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestWorkflowOverHttp(OzelKalemCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.instruction = self.make("ozel_kalem.instruction")

    def call(self, method, *args):
        """What the web client gets back."""
        self.authenticate(self.director.login, self.director.login)
        model = self.instruction._name
        params = {"model": model, "method": method, "kwargs": {}}
        params["args"] = [self.instruction.ids, *args]
        return self.url_open(
            f"/web/dataset/call_kw/{model}/{method}", json={"params": params}
        ).json()

    def json2(self, method, **arguments):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.director)
            .sudo()
            ._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        )
        return self.url_open(
            f"/json/2/ozel_kalem.instruction/{method}",
            json={"ids": self.instruction.ids, **arguments},
            headers={"Authorization": f"Bearer {key}"},
        )

    def state(self):
        self.instruction.invalidate_recordset()
        return self.instruction.state

    def open_steps(self):
        steps = self.instruction._workflow["open"]
        return [self.instruction._state_label(step) for step in steps]

    def test_the_web_client_follows_the_graph(self):
        with mute_logger("odoo.http"):
            error = self.call("write", {"state": "reported"})["error"]
        for step in self.open_steps():
            self.assertIn(step, error["data"]["message"])
        self.assertEqual(self.state(), "open")

    def test_an_open_step_is_taken_by_rpc(self):
        self.assertTrue(self.call("write", {"state": "in_progress"})["result"])
        self.assertEqual(self.state(), "in_progress")

    def test_json2_follows_the_graph(self):
        with mute_logger("odoo.http"):
            response = self.json2("write", vals={"state": "reported"})
        self.assertEqual(response.status_code, 422, response.text)
        for step in self.open_steps():
            self.assertIn(step, response.json()["message"])
        self.assertEqual(self.state(), "open")

    def test_json2_takes_an_action(self):
        response = self.json2("action_cancel", reason="by a machine")
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.state(), "cancelled")

    def test_hooks_are_not_to_be_called(self):
        with mute_logger("odoo.http"):
            response = self.json2("_state_entered", state="concluded", before={})
        self.assertIn(response.status_code, (403, 404))
