from tempfile import TemporaryFile

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetController(http.Controller):
    @http.route(
        "/ozel_kalem/sheet/<string:model>/<int:sheet_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, model, sheet_id):
        """Give the workbook of a sheet to whoever prepared it."""
        sheets = request.env.registry.descendants(
            ["ozel_kalem.mixin.sheet"], "_inherit"
        )
        if model not in sheets:
            raise request.not_found()
        sheet = request.env[model].browse(sheet_id).exists()
        if sheet.create_uid != request.env.user:
            raise request.not_found()
        sheet.check_access("read")
        # a file, not memory: a register may have a million rows; sending closes it
        stream = TemporaryFile()  # noqa: SIM115
        sheet._write_xlsx(stream)
        size = stream.tell()
        stream.seek(0)
        name = content_disposition(f"{sheet._sheet_title()}.xlsx")
        return http.Response(
            wrap_file(request.httprequest.environ, stream),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Length", str(size)),
                ("Content-Disposition", name),
            ],
            direct_passthrough=True,
        )
