from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .lines import know, read_lines

# The ways by which something reaches the office; the same words everywhere.
CHANNELS = [
    ("in_person", "In person"),
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("web", "Web form"),
    ("social", "Social media"),
    ("cimer", "CİMER"),
    ("field", "In the field"),
]
# What lists and cards show of a record's activities.
ACTIVITY_FIELDS = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
PRIORITIES = [("0", "Normal"), ("1", "Important"), ("2", "Urgent")]


class RecordMixin(models.AbstractModel):
    """Anything the office handles: numbered, on a clock, followed and guarded."""

    _name = "ozel_kalem.mixin.record"
    _inherit = [
        "ozel_kalem.mixin.register",
        "ozel_kalem.mixin.thread",
        # before the workflow: a step that closes ends a pause
        "ozel_kalem.mixin.deadline",
        "ozel_kalem.mixin.workflow",
        "ozel_kalem.mixin.confidentiality",
    ]
    _description = "Record"
    _rec_names_search = ["name", "subject"]
    _mail_post_access = "read"

    subject = fields.Char(required=True, index="trigram", tracking=True)
    user_id = fields.Many2one(tracking=True)
    confidentiality = fields.Selection(tracking=True)
    priority = fields.Selection(PRIORITIES, default="0", tracking=True)
    tag_ids = fields.Many2many("ozel_kalem.tag", string="Tags")
    origin = fields.Reference(
        selection="_selection_origin", copy=False, index="btree_not_null"
    )
    origin_child_count = fields.Integer(compute="_compute_origin_child_count")
    active = fields.Boolean(default=True)

    @api.model
    def _selection_origin(self):
        models_ = (
            self.env["ir.model"]
            .sudo()
            .search_fetch(
                [("model", "=like", "ozel\\_kalem.%"), ("transient", "=", False)],
                ["model", "name"],
            )
        )
        return [
            (model.model, model.name)
            for model in models_
            if getattr(self.env.get(model.model), "_workflow", None)
            and not self.env[model.model]._abstract
        ]

    # ---------------------------------------------------------------- create

    @api.model_create_multi
    def create(self, vals_list):
        self._know_persons(vals_list)
        records = super().create(vals_list)
        if any(vals.get("origin") for vals in vals_list):
            self._forget_origin_counts()
        # nothing can be born of what has just been created itself
        count = self._fields["origin_child_count"]
        count._insert_cache(records, [0] * len(records))
        return records

    def write(self, vals):
        result = super().write(vals)
        if "origin" in vals:
            self._forget_origin_counts()
        return result

    def _know_persons(self, vals_list):
        """Fetch together whom subscribing, telling and showing will ask for."""
        # sudo: only fills the cache
        users = self.env["res.users"].sudo().with_context(active_test=False)
        ids = {vals.get("user_id") or self.env.uid for vals in vals_list}
        found = users.search_fetch([("id", "in", [self.env.uid, *ids])])
        partners = found.partner_id
        partners |= partners.browse(
            vals["partner_id"] for vals in vals_list if vals.get("partner_id")
        )
        know(partners)

    # --------------------------------------------------------------- reading

    def _fetch_query(self, query, fields):
        lines = [field for field in fields if field.type in ("one2many", "many2many")]
        if len(lines) < 2:
            return super()._fetch_query(query, fields)
        columns = [field for field in fields if field not in lines]
        records = super()._fetch_query(query, columns)
        also = set(self._office_lines()).difference(lines)
        used = read_lines(records, lines, also, self._origin_questions())
        born = set().union(*(used[Model] for Model in self._origin_models()))
        childless = records.browse(id_ for id_ in records._ids if id_ not in born)
        count = self._fields["origin_child_count"]
        count._insert_cache(childless, [0] * len(childless))
        return records

    def _read_format(self, fnames, load="_classic_read"):
        """Fetch the persons of a list or form together."""
        if {"user_id", "partner_id"} <= set(fnames):
            # sudo: only fills the cache with what their display names are made of
            records = self.sudo()
            know(records.partner_id | records.user_id.partner_id)
        if "activity_ids" in fnames:
            self._know_idle([name for name in ACTIVITY_FIELDS if name in fnames])
        return super()._read_format(fnames, load=load)

    def _know_idle(self, names):
        """Fill in what is shown of activities where a record has none.

        Six columns of each row would otherwise look through its empty list.
        """
        # sudo: the lists have been fetched as the user, only their groups are skipped
        idle = self.sudo().filtered(lambda record: not record.activity_ids)
        for name in names:
            self._fields[name]._insert_cache(idle, [None] * len(idle))

    @api.model
    def _office_lines(self):
        """The fields with lines of ours, which counters and buttons ask for."""
        return [
            field
            for field in self._fields.values()
            if field.store
            and field.type in ("one2many", "many2many")
            and field.comodel_name.startswith("ozel_kalem.")
            and self._has_field_access(field, "read")
        ]

    # ---------------------------------------------------------------- origin

    @api.model
    def _origin_models(self):
        """Models of which a record can be born from another."""
        return [
            self.env[name]
            for name in self.env.registry.descendants(
                ["ozel_kalem.mixin.record"], "_inherit"
            )
            if not self.env[name]._abstract
        ]

    @api.model
    def _origin_questions(self):
        """SQL, for each such model, of what was born from the record ``asked``."""
        return {
            Model: SQL(
                "SELECT FROM %s WHERE %s = %s || asked.id",
                SQL.identifier(Model._table),
                Model._field_to_sql(Model._table, "origin"),
                f"{self._name},",
            )
            for Model in self._origin_models()
        }

    @api.model
    def _forget_origin_counts(self):
        for Model in self._origin_models():
            Model.invalidate_model(["origin_child_count"], flush=False)

    def _compute_origin_child_count(self):
        counts = dict.fromkeys(self, 0)
        references = {f"{self._name},{record.id}": record for record in self}
        for Model in self._origin_models():
            if not Model.has_access("read"):
                continue
            for reference, count in Model._read_group(
                [("origin", "in", list(references))], ["origin"], ["__count"]
            ):
                counts[references[reference]] += count
        for record in self:
            record.origin_child_count = counts[record]

    def action_open_origin_children(self):
        """Show what was born from this record, whatever its kind."""
        self.ensure_one()
        reference = f"{self._name},{self.id}"
        domains = [
            Domain("res_model", "=", Model._name)
            & Domain("res_id", "in", Model.search([("origin", "=", reference)]).ids)
            for Model in self._origin_models()
            if Model.has_access("read")
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Born from %(number)s", number=self.name),
            "res_model": "ozel_kalem.register.entry",
            "view_mode": "list",
            "domain": list(Domain.OR(domains)),
        }

    def _prepare_follow_up_values(self, source):
        """Values of a new record of this kind that is born from ``source``."""
        return {
            "origin": f"{source._name},{source.id}",
            "subject": source.subject,
            "company_id": source.company_id.id,
            "confidentiality": source.confidentiality,
        }

    # ------------------------------------------------------------------ mail

    def _numbered(self):
        super()._numbered()
        for record in self:
            if record.user_id and record.user_id != self.env.user:
                record._notify_responsible()
