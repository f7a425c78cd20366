from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OzelKalemCase, our_models

MIXIN = "ozel_kalem.mixin.register"
MODEL = "ozel_kalem.instruction"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestRegister(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Model = cls.env[MODEL]
        cls.last_year = fields.Date.today().year - 1

    def create(self, **values):
        return self.make(MODEL, **values)

    def history(self, user=None, **values):
        Model = self.Model.with_context(ozel_kalem_history=True)
        values = {"subject": "old", "register_year": self.last_year, **values}
        return Model.with_user(user or self.director).create(values)

    # --------------------------------------------------------------- numbers

    def test_every_numbered_model_counts_up(self):
        for name in our_models(self.registry, MIXIN):
            with self.subTest(name):
                first, second = self.make(name), self.make(name)
                self.assertEqual(second.register_number, first.register_number + 1)
                self.assertTrue(first.name)

    @freeze_time("2041-03-05 10:00:00")
    def test_a_year_begins_with_one(self):
        record = self.create()
        self.assertEqual(record.register_number, 1)
        self.assertEqual(record.register_year, 2041)
        self.assertEqual(record.name, "2041/00001")

    def test_the_year_turns_at_midnight_in_istanbul(self):
        with freeze_time("2041-12-31 20:59:59"):
            self.assertEqual(self.create().register_year, 2041)
        with freeze_time("2041-12-31 21:00:00"):
            self.assertEqual(self.create().name, "2042/00001")

    @freeze_time("2041-03-05 10:00:00")
    def test_a_batch_gets_its_numbers_in_order(self):
        records = self.Model.create([{"subject": f"s{i}"} for i in range(5)])
        self.assertEqual(records.mapped("register_number"), [1, 2, 3, 4, 5])

    @freeze_time("2041-03-05 10:00:00")
    def test_what_is_rolled_back_leaves_no_hole(self):
        self.create()
        try:
            with self.env.cr.savepoint():
                self.create()
                raise UserError("no")
        except UserError:
            self.env.invalidate_all()
        self.assertEqual(self.create().register_number, 2)

    @freeze_time("2041-03-05 10:00:00")
    def test_registers_count_apart(self):
        instruction = self.create()
        referral = self.make(
            "ozel_kalem.referral", res_model=MODEL, res_id=instruction.id
        )
        self.assertEqual(instruction.name, "2041/00001")
        self.assertEqual(referral.name, "H-2041/00001")

    @freeze_time("2041-03-05 10:00:00")
    def test_a_copy_gets_its_own_number(self):
        record = self.create()
        self.assertEqual(record.copy().register_number, 2)

    @freeze_time("2041-03-05 10:00:00")
    def test_a_new_pattern_leaves_old_names(self):
        record = self.create()
        record.register_id.pattern = "T/{yy}-{number}"
        self.assertEqual(record.name, "2041/00001")
        self.assertEqual(self.create().name, "T/41-2")

    def test_a_pattern_without_number_is_refused(self):
        register = self.env.ref("ozel_kalem.register_instruction")
        for pattern in ("{year}", "{year}/{number:x}", "{month}/{number}", "{number"):
            with (
                self.subTest(pattern),
                self.assertRaisesRegex(ValidationError, "Number pattern"),
                self.env.cr.savepoint(),
            ):
                register.pattern = pattern

    # ----------------------------------------------------- numbers are given

    def test_a_number_can_not_be_chosen(self):
        with self.assertRaises(UserError):
            self.Model.with_user(self.director).create(
                {"subject": "s", "register_year": self.last_year, "register_number": 7}
            )

    @freeze_time("2041-03-05 10:00:00")
    def test_a_number_can_not_be_chosen_by_the_context(self):
        record = self.Model.with_context(
            default_register_number=77, default_register_year=2030, default_name="X"
        ).create({"subject": "s"})
        self.assertEqual(record.name, "2041/00001")

    @freeze_time("2041-03-05 10:00:00")
    def test_a_register_can_not_be_chosen(self):
        referrals = self.env.ref("ozel_kalem.register_referral")
        record = self.Model.with_user(self.director).create(
            {"subject": "s", "register_id": referrals.id}
        )
        self.assertEqual(record.register_id.code, "instruction")

    def test_a_number_can_not_be_written(self):
        record = self.create(user_id=self.director.id)
        for name, value in (
            ("register_number", 99),
            ("register_year", 2000),
            ("name", "x"),
            ("register_id", self.env.ref("ozel_kalem.register_notice").id),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                record.with_user(self.director).write({name: value})

    def test_the_company_can_not_be_written(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.director.company_ids += other
        record = self.create(user_id=self.director.id)
        with self.assertRaises(UserError):
            record.with_user(self.director).with_context(
                allowed_company_ids=[self.company.id, other.id]
            ).write({"company_id": other.id})

    def test_a_numbered_record_can_not_be_deleted(self):
        for name in our_models(self.registry, MIXIN):
            with self.subTest(name), self.assertRaises(UserError):
                self.make(name).unlink()

    def test_postgresql_keeps_the_numbers(self):
        for name in our_models(self.registry, MIXIN):
            record = self.make(name)
            record.flush_recordset()
            table = record._table
            for statement in (
                f"DELETE FROM {table} WHERE id = {record.id}",
                f"UPDATE {table} SET register_number = 9999 WHERE id = {record.id}",
                f"UPDATE {table} SET register_year = 1999 WHERE id = {record.id}",
                f"UPDATE {table} SET name = 'x' WHERE id = {record.id}",
                f"UPDATE {table} SET company_id = NULL WHERE id = {record.id}",
                f"TRUNCATE {table} CASCADE",
            ):
                with (
                    self.subTest(statement),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.RaiseException),
                    self.env.cr.savepoint(flush=False),
                ):
                    self.env.cr.execute(statement)

    # --------------------------------------------------------------- history

    def test_the_director_imports_old_numbers(self):
        record = self.history(register_number=41)
        self.assertEqual(record.name, f"{self.last_year}/00041")
        self.assertEqual(record.register_number, 41)

    def test_old_numbers_by_load(self):
        Model = self.Model.with_context(ozel_kalem_history=True)
        result = Model.with_user(self.director).load(
            ["subject", "register_year", "register_number"],
            [["a", str(self.last_year), "71"], ["b", str(self.last_year), "72"]],
        )
        self.assertFalse(result["messages"])
        records = self.Model.browse(result["ids"])
        self.assertEqual(records.mapped("register_number"), [71, 72])

    def test_an_old_number_exists_once(self):
        self.history(register_number=41)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.history(register_number=41)

    def test_old_numbers_leave_this_year_alone(self):
        before = self.create().register_number
        self.history(register_number=9000)
        self.assertEqual(self.create().register_number, before + 1)

    def test_numbers_of_this_year_are_not_imported(self):
        year = fields.Date.today().year
        with self.assertRaisesRegex(UserError, str(year)):
            self.history(register_year=year, register_number=1)

    def test_a_senseless_old_number_is_refused(self):
        for values in (
            {"register_number": -1},
            {"register_number": 5, "register_year": 0},
            {"register_number": 5, "register_year": 123456},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.history(**values)

    def test_others_import_no_old_numbers(self):
        for user in (self.secretary, self.principal_user, self.registrar):
            with self.subTest(user.name), self.assertRaises(UserError):
                self.history(user, register_number=41)

    def test_old_numbers_stay_in_the_company_s_own_register(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["ozel_kalem.register"].search(
            [("company_id", "=", other.id), ("code", "=", "instruction")]
        )
        with self.assertRaises(UserError):
            self.history(register_number=41, register_id=foreign.id)

    # ------------------------------------------------------------- companies

    @freeze_time("2041-03-05 10:00:00")
    def test_a_new_company_gets_its_registers(self):
        company = self.env["res.company"].create({"name": "Other Municipality"})
        registers = self.env["ozel_kalem.register"].search(
            [("company_id", "=", company.id)]
        )
        mine = self.env["ozel_kalem.register"].search(
            [("company_id", "=", self.env.ref("base.main_company").id)]
        )
        self.assertEqual(set(registers.mapped("code")), set(mine.mapped("code")))
        self.assertTrue(self.env["ozel_kalem.office"]._for(company.id))

    @freeze_time("2041-03-05 10:00:00")
    def test_companies_count_apart(self):
        company = self.env["res.company"].create({"name": "Other Municipality"})
        principal = self.principal.copy({"company_id": company.id})
        self.create()
        record = self.create(company_id=company.id, principal_id=principal.id)
        self.assertEqual(record.name, "2041/00001")
        self.assertEqual(record.register_id.company_id, company)

    def test_a_missing_register_is_named(self):
        register = self.env.ref("ozel_kalem.register_instruction")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ozel_kalem_register SET code = 'gone' WHERE id = %s", [register.id]
        )
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "instruction"):
            self.create()
        self.env.registry.clear_cache()

    # ------------------------------------------------------ the book of all

    def test_the_book_shows_every_number(self):
        record = self.create(subject="plain words")
        entry = self.env["ozel_kalem.register.entry"].search(
            [("res_model", "=", MODEL), ("res_id", "=", record.id)]
        )
        self.assertEqual(entry.name, record.name)
        self.assertEqual(entry.subject, "plain words")

    def test_the_book_has_one_line_for_each_number(self):
        for name in our_models(self.registry, MIXIN):
            record = self.make(name)
            count = self.env["ozel_kalem.register.entry"].search_count(
                [("res_model", "=", name), ("res_id", "=", record.id)]
            )
            self.assertEqual(count, 1)

    def test_the_book_is_read_only(self):
        entry = self.env["ozel_kalem.register.entry"]
        for user in (self.director, self.secretary, self.manager):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(entry.with_user(user).has_access(operation))

    def test_an_old_record_is_where_its_year_is(self):
        record = self.history(register_number=41)
        entry = self.env["ozel_kalem.register.entry"].search(
            [("register_year", "=", self.last_year), ("res_id", "=", record.id)]
        )
        self.assertEqual(entry.name, record.name)
        self.assertLess(
            entry.registered_on - fields.Datetime.now(), timedelta(seconds=5)
        )
