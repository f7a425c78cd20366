from odoo import SUPERUSER_ID, api

# code: what the table prints, and the note that stood in its place
PRINTED = {
    "HS-05": ("30 dakika", "\nNot: Süre 30 dakikadır; saat olarak 1 tutulur."),
    "HS-14": (
        "aynı gün",
        '\nNot: Süre "aynı gün"dür; bir çalışma günü olan 8 saat tutulur.',
    ),
    "CIMER": (
        "türüne göre 30 gün / 15 iş günü",
        "\nNot: Süre başvurunun türüne göredir: dilekçe ve şikâyet 30 gün, "
        "bilgi edinme 15 iş günü (BE-15).",
    ),
}


def migrate(cr, _version):
    """Standards as they were shipped print what the office says; changed ones stay."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    standards = env["ozel_kalem.service.standard"].with_context(active_test=False)
    for standard in standards.search([("code", "in", list(PRINTED))]):
        text, note = PRINTED[standard.code]
        documents = standard.document_text or ""
        if note in documents and not standard.duration_text:
            standard.duration_text = text
            standard.document_text = documents.replace(note, "")
