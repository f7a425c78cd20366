{
    "name": "Bench: papers as Odoo prints them",
    "summary": "The peer against which the office's papers are measured",
    "version": "19.0.1.0.0",
    "author": "Özel Kalem Contributors",
    "website": "https://github.com/ozel-kalem/ozel-kalem",
    "license": "LGPL-3",
    "depends": ["ozel_kalem"],
    "data": ["reports.xml"],
}
