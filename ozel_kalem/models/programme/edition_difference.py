from odoo import api, models
from odoo.exceptions import UserError

from ...tools import turkish
from ...tools.local_time import to_local
from .edition import SHOWN_STATES
from .edition_item import FROZEN_FIELDS, NOTES
from .place import utc_days


class EditionDifference(models.Model):
    """The items of an edition, and what has changed since the version before."""

    _inherit = "ozel_kalem.programme.edition"

    @api.depends("line_ids.change")
    def _compute_difference(self):
        for edition in self:
            changes = edition.line_ids.filtered("change").mapped("change")
            edition.difference = "\n".join(changes)

    def _compute_pending_difference(self):
        self.pending_difference = ""
        for edition in self.filtered(lambda edition: edition.state == "published"):
            lines = edition._prepare_lines(edition.sudo().line_ids)
            changes = [values["change"] for values in lines if values["change"]]
            edition.pending_difference = "\n".join(changes)

    # ----------------------------------------------------------------- lines

    def _engagements(self):
        """What the programme of this period holds at present (sudo)."""
        self.ensure_one()
        first, last = utc_days(self.date_from, self.date_to)
        # sudo: that the time is taken is on the sheet, what for isn't
        return (
            self.env["ozel_kalem.engagement"]
            .sudo()
            .search(
                [
                    "|",
                    ("principal_id", "=", self.principal_id.id),
                    ("represented_id", "=", self.principal_id.id),
                    ("state", "in", ("confirmed", "done")),
                    ("start", "<", last),
                    ("stop", ">", first),
                ],
                order="start, represented_id desc, id",
            )
        )

    def _prepare_lines(self, before):
        """Values of the lines of the programme as it is now.

        :param before: lines of the version that readers have
        """
        self.ensure_one()
        self = self.with_env(self._own_env())
        old = {line.engagement_id.id: line for line in before if not line.is_removed}
        compares = bool(self.version > 1 or self.state in SHOWN_STATES)
        lines = []
        for engagement in self._engagements():
            values = engagement._prepare_programme_line(self.principal_id)
            known = old.pop(engagement.id, None)
            values["change"] = compares and self._describe_change(known, values)
            values["is_removed"] = False
            lines.append(values)
        for line in old.values():
            label = self._item_label(line)
            gone = self.env._("%(item)s: taken off the programme", item=label)
            values = line._frozen_values()
            values["engagement_id"] = line.engagement_id.id
            lines.append({**values, "change": gone, "is_removed": True})
        return lines

    def _own_env(self):
        """One language for all: lines of two readers are compared."""
        lang = self.company_id.partner_id.lang or self.env.lang
        return self.with_context(lang=lang).env

    def _fill(self):
        """Write the lines anew from the programme, and what has changed."""
        self.ensure_one()
        before = self._previous().line_ids
        lines = [
            {**values, "edition_id": self.id} for values in self._prepare_lines(before)
        ]
        # sudo: nobody writes lines, they come from the programme
        self.sudo().line_ids.unlink()
        self.env["ozel_kalem.programme.line"].sudo().create(lines)

    def _is_current(self):
        """Whether the lines say what the programme says."""
        now = self._prepare_lines(self._previous().line_ids)
        return [
            {
                name: values.get(name) or False
                for name in ("engagement_id", *FROZEN_FIELDS)
            }
            for values in now
        ] == [
            {"engagement_id": line.engagement_id.id, **line._frozen_values()}
            for line in self.sudo().line_ids.sorted("id")
        ]

    def _describe_change(self, old, new):
        """One line about an item, empty where a reader needs none."""
        if not old:
            return self.env._("%(item)s: added", item=self._item_label(new))
        parts = self._time_parts(old, new)
        hidden = new["is_confidential"]
        if old.title != new["title"] and not hidden:
            parts.append(self.env._("is now “%(title)s”", title=new["title"]))
        if (old.place or "") != (new.get("place") or ""):
            place = new.get("place") or "–"
            parts.append(self.env._("place: %(place)s", place=place))
        if any((old[name] or "") != (new.get(name) or "") for name in NOTES):
            parts.append(self.env._("notes have changed"))
        if (old.deputy or "") != (new["deputy"] or ""):
            parts.append(self._deputy_text(new["deputy"]))
        label = self._item_label(old, title=hidden and new["title"])
        return f"{label}: {', '.join(parts)}" if parts else False

    def _time_parts(self, old, new):
        """What has changed of its time: begin or end, and whether it has hours."""
        before, start = to_local(old.start), to_local(new["start"])
        parts = []
        if new["all_day"] and not old.all_day:
            parts.append(self.env._("takes the whole day"))
            is_moved = before.date() != start.date()
        else:
            is_moved = before != start or old.all_day != new["all_day"]
        if is_moved:
            parts.append(self._moved_text(before, start))
        elif not parts and old.stop != new["stop"]:
            stop = self._hour(to_local(new["stop"]), "locative")
            parts.append(self.env._("ends at %(time)s", time=stop))
        return parts

    def _deputy_text(self, deputy):
        """Who goes in the principal's place, or that he goes himself after all."""
        if deputy:
            return self.env._("%(person)s goes instead", person=deputy)
        person = self.principal_id._short_name()
        return self.env._("%(person)s goes in person", person=person)

    def _moved_text(self, old, new):
        hour = self._hour(new, "dative")
        if old.date() == new.date():
            return self.env._("moved to %(time)s", time=hour)
        day = turkish.short_date(new.date())
        return self.env._("moved to %(day)s, %(time)s", day=day, time=hour)

    def _hour(self, moment, case):
        """“14:30”, in Turkish with the suffix that the sentence needs."""
        text = f"{moment:%H:%M}"
        if not (self.env.lang or "").startswith("tr"):
            return text
        return turkish.suffix(text, case)

    def _item_label(self, line, title=None):
        """“14:00 Kardeş belediye heyeti”, with the day where there are several."""
        start = to_local(line["start"])
        day = "" if self.kind == "day" else f"{turkish.short_date(start.date())} "
        hour = "" if line["all_day"] else f"{start:%H:%M} "
        return f"{day}{hour}{title or line['title']}"

    def action_refresh(self):
        """Take the draft's lines from the programme anew."""
        for edition in self:
            if edition.state != "draft":
                raise UserError(self.env._("Only a draft is taken anew."))
            edition.check_access("write")
            edition._fill()
