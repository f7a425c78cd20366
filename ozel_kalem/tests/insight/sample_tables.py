"""Statistics tables as the query engine hands them over."""

from ...tools.figures import shares
from ...tools.turkish import MONTHS


def column(key, label, kind="count", total="sum", **more):
    """Return a column of a table; its total is a sum unless told otherwise."""
    return {
        "key": key,
        "label": label,
        "kind": kind,
        "unit": "adet",
        "definition": f"{label}: dönem içinde sayılanlar.",
        "total": total,
        "rounding": None,
        "shares_of": None,
        **more,
    }


def line(label, previous=None, kind="line", **values):
    """Return a line of a table."""
    return {
        "key": label,
        "label": label,
        "kind": kind,
        "values": values,
        "previous": previous or {},
    }


def table(columns, rows, total=None, previous=None, **more):
    """Return a table of 2026 with everything that it must have."""
    return {
        "code": "R02",
        "title": "Randevular",
        "description": "Dönemde istenen ve verilen randevular.",
        "company": "Yeniçam Belediyesi",
        "generated_on": "2026-11-22T09:41:00",
        "user": "Elif Şahin",
        "period": {"from": "2026-01-01", "to": "2026-12-31", "label": "2026"},
        "previous": previous,
        "row_label": "Ay",
        "source": "ozel_kalem.appointment",
        "source_label": "Randevu",
        "sensitive": False,
        "columns": columns,
        "rows": rows,
        "total": {"label": "Toplam", "values": total or {}, "previous": {}},
        "notes": [],
        "flags": [],
        "chart": None,
        **more,
    }


YEAR_BEFORE = {
    "from": "2025-01-01",
    "to": "2025-12-31",
    "label": "2025",
    "kind": "last_year",
}

# DOMAIN's published tables. T1: applications to İBB's Beyaz Masa, by unit and kind.
T1 = {
    "Temmuz 2020": {
        "Beyaz Masa": (310733, 77079, 74707, 462519),
        "İGDAŞ": (118596, 5386, 27246, 151228),
        "İSKİ": (125742, 10333, 112052, 248127),
        "Toplam": (555071, 92798, 214005, 861874),
    },
    "Ağustos 2020": {
        "Beyaz Masa": (355194, 79795, 70015, 505004),
        "İGDAŞ": (116841, 4656, 16154, 137651),
        "İSKİ": (128797, 11364, 108673, 248834),
        "Toplam": (600832, 95815, 194842, 891489),
    },
}
T1_SHARES = (56.7, 15.4, 27.9)

# T7: what Çankaya's welcome desk handed out in 2016.
T7 = {
    "Dilekçe": 11519,
    "Ruhsat": 22053,
    "Malî": 18921,
    "İmar durumu": 18217,
    "Vezne": 39417,
    "İmar gelen evrak": 10009,
    "İmar giden evrak": 5667,
}
T7_TOTAL = 125803


def table_t1():
    """Return August of T1 compared with July, with the units' shares."""
    keys = ("information", "complaint", "request", "all")
    july, august = T1.values()
    units = [unit for unit in august if unit != "Toplam"]
    percentages = shares([august[unit][-1] for unit in units])
    rows = [
        line(
            unit,
            dict(zip(keys, july[unit], strict=True)),
            **dict(zip(keys, august[unit], strict=True)),
            share=share,
        )
        for unit, share in zip(units, percentages, strict=True)
    ]
    total = dict(zip(keys, august["Toplam"], strict=True)) | {"share": 100.0}
    made = table(
        [
            column("information", "Bilgi"),
            column("complaint", "Şikâyet"),
            column("request", "Talep"),
            column("all", "Toplam"),
            column("share", "%", "percent", shares_of="all", rounding=1),
        ],
        rows,
        total,
        code="T1",
        title="Beyaz Masa başvuruları, birim ve türe göre",
        row_label="Birim",
        period={"from": "2020-08-01", "to": "2020-08-31", "label": "Ağustos 2020"},
        previous={
            "from": "2020-07-01",
            "to": "2020-07-31",
            "label": "Temmuz 2020",
            "kind": "previous",
        },
        notes=["Yüzdeler en büyük kalan yöntemiyle 100,0'a tamamlanmıştır."],
        chart={"type": "stacked", "columns": ["information", "complaint", "request"]},
    )
    made["total"]["previous"] = dict(zip(keys, july["Toplam"], strict=True))
    return made


def table_t7():
    """Return T7 with shares and a pie."""
    percentages = shares(T7.values())
    return table(
        [column("n", "Adet"), column("share", "%", "percent", shares_of="n")],
        [
            line(label, n=count, share=share)
            for (label, count), share in zip(T7.items(), percentages, strict=True)
        ],
        {"n": T7_TOTAL, "share": 100.0},
        code="T7",
        title="Hoş Geldiniz Masası işlemleri",
        row_label="İşlem",
        period={"from": "2016-01-01", "to": "2016-12-31", "label": "2016"},
        notes=["Yüzdeler en büyük kalan yöntemiyle 100,0'a tamamlanmıştır."],
        chart={"type": "pie", "columns": ["n"]},
    )


def wide_table():
    """Return a year's appointments by month, eight columns against 2025."""
    keys = ("asked", "approved", "met", "moved", "rejected", "missed")
    labels = (
        *("Talep", "Onaylanan", "Görüşülen"),
        *("Ertelenen", "Reddedilen", "Gelmeyen"),
    )
    rows, now, before = [], dict.fromkeys(keys, 0), dict.fromkeys(keys, 0)
    for number, month in enumerate(MONTHS):
        values = {key: 90 - 13 * n + number for n, key in enumerate(keys)}
        past = {key: 80 - 12 * n + number for n, key in enumerate(keys)}
        for key in keys:
            now[key] += values[key]
            before[key] += past[key]
        rows.append(
            line(f"{month} 2026", past | {"wait": 4.5}, **values, wait=3.5 + number / 4)
        )
    columns = [column(key, label) for key, label in zip(keys, labels, strict=True)]
    wait = column("wait", "Ort. bekleme (gün)", "number", "computed", rounding=1)
    made = table(
        [*columns, wait],
        rows,
        now | {"wait": 4.9},
        YEAR_BEFORE,
        title="Randevular (aylık)",
        notes=["Ortalama bekleme, talep ile görüşme arasındaki takvim günüdür."],
        chart={"type": "column", "columns": ["asked", "met"]},
    )
    made["total"]["previous"] = before | {"wait": 4.5}
    return made


def sensitive_table():
    """Return aid requests with cells hidden by the engine."""
    return table(
        [
            column("asked", "Gelen"),
            column("met", "Uygun"),
            column("share", "%", "percent", shares_of="asked"),
        ],
        [
            line("Gıda", asked=14, met=12, share=58.3),
            line("Eşya", asked="<3", met="<3", share=8.3),
            line("Nakit", asked="*", met="*", share=33.4),
            line("Belirtilmemiş", kind="unspecified", asked=0, met=0, share=0.0),
        ],
        {"asked": 24, "met": 19, "share": 100.0},
        code="R10",
        title="Yardım talepleri",
        row_label="Tür",
        sensitive=True,
        notes=["Üçten az kişiyi gösteren hücreler <3, bunları ele verecek olanlar * ile"
               " gösterilmiştir."],
        chart={"type": "bar", "columns": ["asked"]},
    )  # fmt: skip
