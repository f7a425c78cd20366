from odoo import api, models

from ...tools.intake_sheet import parse_moment

IMPORT_SCREEN = "base_import.import"


class IrFieldsConverter(models.AbstractModel):
    """Imports of our records read dates as offices write them."""

    _inherit = "ir.fields.converter"

    @api.model
    def _str_to_date(self, model, field, value, savepoint):
        if not _is_ours(model._name):
            return super()._str_to_date(model, field, value, savepoint)
        moment = self._office_moment(value)
        iso = moment.date().isoformat() if moment else value
        return super()._str_to_date(model, field, iso, savepoint)

    @api.model
    def _str_to_datetime(self, model, field, value, savepoint):
        if not _is_ours(model._name):
            return super()._str_to_datetime(model, field, value, savepoint)
        moment = self._office_moment(value)
        iso = moment.isoformat(" ", "seconds") if moment else value
        try:
            return super()._str_to_datetime(model, field, iso, savepoint)
        except OverflowError:
            raise self._no_date(value) from None

    @api.model
    def _office_moment(self, value):
        try:
            return parse_moment(value)
        except ValueError:
            raise self._no_date(value) from None

    @api.model
    def _no_date(self, value):
        return self._format_import_error(
            ValueError,
            self.env._(
                "“%s” in “%%(field)s” is no date: write 07.10.2026, 7 Ekim 2026 or "
                "07.10.2026 14:30."
            ),
            str(value)[:50],
        )

    # ---------------------------------------------------- Odoo's import screen

    def _register_hook(self):
        """The import screen, where it is installed, leaves our dates to us.

        It reads them by one format for the whole column before the records are
        loaded, and refuses the file at the first that is written otherwise.
        """
        super()._register_hook()
        if IMPORT_SCREEN in self.env:
            _let_dates_pass(self.env.registry[IMPORT_SCREEN])


def _let_dates_pass(screen):
    # not at the top: the module of the screen need not be there
    from odoo.addons.base_import.models.base_import import ImportValidationError

    read = screen._parse_date_from_data
    if getattr(read, "leaves_ours", False):
        return

    def _parse_date_from_data(self, data, index, name, field_type, options):
        """Read the chosen format; what isn't in it goes on as it was written."""
        if not _is_ours(self.res_model):
            return read(self, data, index, name, field_type, options)
        for line in data:
            try:
                read(self, [line], index, name, field_type, options)
            except ImportValidationError:
                continue

    _parse_date_from_data.leaves_ours = True
    screen._parse_date_from_data = _parse_date_from_data


def _is_ours(model):
    return model.startswith("ozel_kalem.")
