"""What a line of a live screen says of a record."""

from datetime import datetime

from odoo import fields

LINE_LENGTH = 140


def text(value):
    """A date or moment as the web client reads it."""
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    return fields.Date.to_string(value) if value else False


def one_line(text):
    """The first line of a text, cut at a length that a glance takes in."""
    lines = (text or "").strip().splitlines()
    line = " ".join(lines[0].split()) if lines else ""
    return line if len(line) <= LINE_LENGTH else f"{line[:LINE_LENGTH].rstrip()}…"


def identity(record):
    """What tells a line from all others."""
    return {"id": record.id, "key": f"{record._name}-{record.id}"}


def values(record, *names):
    """Fields as the web client reads them."""
    dates = ("date", "datetime")
    return {
        name: text(record[name]) if record._fields[name].type in dates else record[name]
        for name in names
    }


def guarded(record, title, **details):
    """What a record says; a confidential one shows its number alone.

    Screens stand where others pass by: even who may read it opens it first.
    """
    if record.confidentiality == "normal":
        return {"title": title, "is_hidden": False, **details}
    return {
        "title": record.display_name,
        "is_hidden": True,
        **dict.fromkeys(details, False),
    }


def visit_line(visit):
    """Somebody who is, or was, at the door."""
    return {
        **identity(visit),
        **values(visit, "party_size", "seeks", "badge", "state", "wait_minutes"),
        **values(visit, "arrived_on", "admitted_on", "closed_on"),
        "appointment_id": visit.appointment_id.id,
        **guarded(
            visit,
            title=visit.visitor_name,
            institution=visit.institution,
            subject=visit.subject,
        ),
    }


def appointment_line(appointment):
    """Somebody who is expected."""
    partner = appointment.partner_id
    company = partner.commercial_company_name
    return {
        **identity(appointment),
        **values(appointment, "party_size", "state", "start", "stop"),
        **guarded(
            appointment,
            title=partner.name,
            institution=company if company != partner.name else False,
            subject=appointment.subject,
            companions=appointment.companions,
            purpose=one_line(appointment.description) or appointment.subject,
        ),
    }
