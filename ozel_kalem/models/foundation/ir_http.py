from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """Two addresses that strangers try and that Odoo answers with an error of its own."""

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        # ?self=1 would be given to every controller method a second time
        request.params.pop("self", None)
        return super()._dispatch(endpoint)

    @classmethod
    def _serve_fallback(cls):
        # no file has such a name, and PostgreSQL refuses to be asked for it
        if "\0" in request.httprequest.path:
            return None
        return super()._serve_fallback()
