from odoo import models
from odoo.fields import Domain


class Submission(models.Model):
    """What stands on the sheet that lies before the principal (arz kapağı).

    Everything is read with the rights of who prints: of a record, a person or
    contacts that he may not read, the sheet says nothing.
    """

    _inherit = "ozel_kalem.submission"

    def _cover_source(self):
        """The record behind it, if the reader may read it."""
        self.ensure_one()
        source = self._source()
        return source if source and source.has_access("read") else None

    def _cover_field(self, name):
        """A field of the record behind it, False where there is none."""
        source = self._cover_source()
        return source[name] if source is not None and name in source._fields else False

    def _cover_contacts(self):
        """What passed between the applicant and the office before, on one line."""
        person = self._cover_field("partner_id")
        if not person:
            return ""
        source, found = self._cover_source(), []
        for Model, domain in person._ozel_kalem_people()._ozel_kalem_contacts():
            if Model._name == source._name:
                domain = domain & Domain("id", "!=", source.id)
            if count := Model.search_count(domain):
                label = self.env["ir.model"]._get(Model._name).name
                found.append(f"{label}: {count}")
        return ", ".join(found) or self.env._("None before this one.")

    def _cover_signatory(self):
        """Name and title under which it is decided: the principal's, or who acts."""
        self.ensure_one()
        # sudo: the names of the principal and of his deputy are on every paper
        principal = self.principal_id.sudo()
        acting = principal.acting_employee_id
        if acting and acting != principal.employee_id:
            return acting.name, principal.acting_title or principal.name
        return principal.partner_id.name, principal.title or principal.name
