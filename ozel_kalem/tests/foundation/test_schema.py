from odoo.orm.table_objects import Constraint, Index
from odoo.tests import TransactionCase, tagged

from ..common import our_models


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestSchema(TransactionCase):
    """What is declared exists: Odoo installs without it and says nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            cls.env[name]
            for name in our_models(cls.registry)
            if cls.env[name]._auto and not cls.env[name]._table_query
        ]

    def rows(self, query, *args):
        self.env.cr.execute(query, args)
        return self.env.cr.fetchall()

    def indexes(self, Model):
        return dict(
            self.rows(
                "SELECT indexname, indexdef FROM pg_indexes"
                " WHERE schemaname = current_schema AND tablename = %s",
                Model._table,
            )
        )

    def test_declared_constraints_exist(self):
        for Model in self.models:
            found = dict(
                self.rows(
                    "SELECT conname, contype FROM pg_constraint"
                    " WHERE conrelid = %s::regclass",
                    Model._table,
                )
            )
            for declared in Model._table_objects.values():
                if not isinstance(declared, Constraint):
                    continue
                name = declared.full_name(Model)
                with self.subTest(name):
                    self.assertIn(name, found)
                    kind = declared.get_definition(self.registry).split()[0].upper()
                    expected = {"EXCLUDE": "x", "UNIQUE": "u", "CHECK": "c"}[kind]
                    self.assertEqual(found[name], expected)

    def test_declared_indexes_exist(self):
        for Model in self.models:
            found = self.indexes(Model)
            for declared in Model._table_objects.values():
                if not isinstance(declared, Index):
                    continue
                name = declared.full_name(Model)
                with self.subTest(name):
                    self.assertIn(name, found)
                    self.assertEqual(declared.unique, "UNIQUE" in found[name])

    def test_indexed_fields_have_their_index(self):
        for Model in self.models:
            definitions = self.indexes(Model).values()
            for field in Model._fields.values():
                if not (field.index and field.store and field.column_type):
                    continue
                with self.subTest(str(field)):
                    kind = "gin" if field.index == "trigram" else "btree"
                    mine = [
                        text
                        for text in definitions
                        if f"USING {kind} (" in text
                        and f"({field.name}" in text.split("USING", 1)[1]
                    ]
                    self.assertTrue(mine, f"no {kind} index on {field}")

    def test_searched_text_is_found_without_accents(self):
        self.assertTrue(self.registry.has_trigram)
        found = self.indexes(self.env["ozel_kalem.instruction"])
        self.assertTrue(
            [text for text in found.values() if "unaccent((subject)::text)" in text],
            found,
        )

    def test_both_overlaps_are_excluded_by_postgresql(self):
        found = {
            name
            for (name,) in self.rows(
                "SELECT conname FROM pg_constraint WHERE contype = 'x'"
            )
        }
        self.assertLessEqual(
            {
                "ozel_kalem_engagement_principal_overlap",
                "ozel_kalem_delegation_active_overlap",
            },
            found,
        )

    def triggers(self, table):
        return {
            name
            for (name,) in self.rows(
                "SELECT tgname FROM pg_trigger"
                " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
                table,
            )
        }

    def test_numbers_are_kept_by_a_trigger(self):
        for name in our_models(self.registry, "ozel_kalem.mixin.register"):
            table = self.env[name]._table
            with self.subTest(table):
                self.assertLessEqual(
                    {f"{table}_keep_number", f"{table}_keep_table"},
                    self.triggers(table),
                )

    def test_logs_are_kept_by_a_trigger(self):
        for name in ("ozel_kalem.access.log", "ozel_kalem.access.grant"):
            table = self.env[name]._table
            self.assertIn(f"{table}_keep_row", self.triggers(table))
