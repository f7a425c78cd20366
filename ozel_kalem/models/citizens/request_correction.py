from odoo import api, fields, models
from odoo.exceptions import AccessError

RECORDER = "ozel_kalem.group_secretary"
OFFICERS = (
    "ozel_kalem.group_public_relations",
    "ozel_kalem.group_aid",
    "ozel_kalem.group_director",
)
# What whoever recorded a request may correct; clock and unit follow from it.
CORRECTABLE = frozenset(
    (
        "partner_id",
        "is_anonymous",
        "subject",
        "text",
        "request_type",
        "channel",
        "topic_id",
        "neighbourhood_id",
        "location",
        "latitude",
        "longitude",
        "legal_ground",
        "lead_department_id",
        "department_ids",
        "received_on",
        "external_reference",
        "tag_ids",
        "confidentiality",
    )
)


class Request(models.Model):
    """Whoever recorded a request corrects it until somebody has taken it on."""

    _inherit = "ozel_kalem.request"

    writing_right = fields.Selection(
        [("all", "Everything"), ("correct", "Corrections"), ("nothing", "Nothing")],
        compute="_compute_writing_right",
        help="What the user may change on the form.",
    )

    @api.depends("state", "create_uid")
    @api.depends_context("uid")
    def _compute_writing_right(self):
        """Which fields of the form are open; the record rules decide on their own."""
        corrects = self._only_corrects()
        for request in self:
            mine = request.create_uid == self.env.user and request.state == "new"
            limited = "correct" if mine else "nothing"
            request.writing_right = limited if corrects and request.id else "all"

    def write(self, vals):
        if self._only_corrects():
            self._check_correction(vals)
        return super().write(vals)

    @api.model
    def _only_corrects(self):
        user = self.env.user
        if self.env.su or not user.has_group(RECORDER):
            return False
        return not any(map(user.has_group, OFFICERS))

    def _check_correction(self, vals):
        """Refuse what is more than correcting what one has written down."""
        taken_on = self.filtered(lambda request: request.state != "new")
        if taken_on:
            raise AccessError(
                self.env._(
                    "%(record)s was taken on: ask who looks after it to correct it.",
                    record=taken_on[0].display_name,
                )
            )
        barred = next((name for name in vals if name not in CORRECTABLE), None)
        if not barred and self._is_less_guarded(vals):
            barred = "confidentiality"
        if barred:
            label = self._fields[barred]._description_string(self.env)
            raise AccessError(
                self.env._(
                    "“%(field)s” isn't changed by correcting: that is for the officer "
                    "who looks after the request.",
                    field=label,
                )
            )

    def _is_less_guarded(self, vals):
        levels = self._fields["confidentiality"].get_values(self.env)
        level = vals.get("confidentiality", levels[-1])
        return level not in levels or any(
            levels.index(level) < levels.index(request.confidentiality)
            for request in self
        )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Fields that one may not change are shown, not offered."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for node in arch.xpath("//field[not(ancestor::field)]"):
                barred = "writing_right == 'nothing'"
                if node.get("name") not in CORRECTABLE:
                    barred = "writing_right in ('correct', 'nothing')"
                before = node.get("readonly")
                if before is None and self._fields[node.get("name")].readonly:
                    # nobody writes it; the view's word would go before the field's
                    continue
                both = f"({before}) or {barred}" if before else barred
                node.set("readonly", both)
        return arch, view
