from odoo import api, fields, models

from ...tools.turkish import sort_key
from .request_types import REQUEST_TYPES


class Topic(models.Model):
    """What requests are about: it decides unit, service standard and form."""

    _name = "ozel_kalem.topic"
    _description = "Topic"
    _parent_store = True
    _order = "sort_name, id"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "keywords"]

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True, index="trigram"
    )
    sort_name = fields.Char(
        "Place in the alphabet", compute="_compute_sort_name", store=True
    )
    parent_id = fields.Many2one("ozel_kalem.topic", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    keywords = fields.Char(
        help="Words that people use for it; found when a topic is searched."
    )
    request_type = fields.Selection(
        REQUEST_TYPES, "Kind", help="Proposed for requests of this topic."
    )
    department_id = fields.Many2one(
        "hr.department", "Unit", index="btree_not_null", help="Proposed as lead unit."
    )
    institution_id = fields.Many2one(
        "res.partner",
        "Other institution",
        index="btree_not_null",
        help="Not the municipality's business: to be sent on to them (3071 art. 5).",
    )
    service_standard_id = fields.Many2one(
        "ozel_kalem.service.standard",
        index="btree_not_null",
        help="The clock of spoken requests; written ones follow their law.",
    )
    company_id = fields.Many2one("res.company", index="btree_not_null")
    active = fields.Boolean(default=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for topic in self:
            parent = topic.parent_id.complete_name
            topic.complete_name = f"{parent} / {topic.name}" if parent else topic.name

    @api.depends("complete_name")
    def _compute_sort_name(self):
        for topic in self:
            topic.sort_name = sort_key(topic.complete_name or "")
