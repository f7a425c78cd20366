{
    "name": "Bench: instructions numbered by ir.sequence",
    "summary": "The peer against which the register is measured",
    "version": "19.0.1.0.0",
    "author": "Özel Kalem Contributors",
    "website": "https://github.com/ozel-kalem/ozel-kalem",
    "license": "LGPL-3",
    "depends": ["ozel_kalem"],
    "data": ["data.xml"],
}
