"""The outline of a unit's yearly activity report.

Law 5018 m. 41; Kamu İdarelerince Hazırlanacak Faaliyet Raporları Hakkında Yönetmelik
m. 18 and its annexes: foreword, five chapters, the declaration of assurance.
"""

from dataclasses import dataclass

from markupsafe import Markup

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


@dataclass(frozen=True)
class Entry:
    """A section that a new report begins with.

    - ``text``: paragraphs that hold for every private office; the office edits them;
    - ``items``: what is listed below them;
    - ``hint``: what the office is to write here;
    - ``table``: code of a statistics table.
    """

    key: str
    level: str
    heading: str
    text: tuple = ()
    items: tuple = ()
    hint: str = ""
    table: str = ""
    kind: str = "text"
    is_declaration: bool = False

    def html(self, env):
        """The text in the language of ``env``."""
        paragraphs = [Markup("<p>%s</p>") % env._(text) for text in self.text]
        if self.items:
            lines = [Markup("<li>%s</li>") % env._(item) for item in self.items]
            paragraphs.append(Markup("<ul>%s</ul>") % Markup("").join(lines))
        return Markup("").join(paragraphs)


def _figures(key, heading, table, kind="table"):
    return Entry(key, "part", heading, table=table, kind=kind)


OUTLINE = (
    Entry(
        "foreword",
        "front",
        _lt("Foreword"),
        text=(
            _lt(
                "This report was prepared under article 41 of the Public Financial "
                "Management and Control Law No. 5018 and the Regulation on Activity "
                "Reports to Be Prepared by Public Administrations, to account for what "
                "our unit did in the year of the report."
            ),
            _lt(
                "Every figure in it is counted from the records of the office, was "
                "frozen when the report was approved, and can be opened down to the "
                "records it is made of."
            ),
        ),
        hint=_lt("What the year was like, in the words of who signs the report."),
    ),
    Entry("general", "chapter", _lt("General information")),
    Entry(
        "mission",
        "section",
        _lt("Mission and vision"),
        text=(
            _lt(
                "Mission: to arrange the Mayor's time so that it serves the town, to "
                "bring citizens' requests to the right unit and to follow them to their "
                "result, and to represent our municipality with dignity."
            ),
            _lt(
                "Vision: an office where every applicant is received alike, every "
                "request has an answer in time, and every promise is remembered."
            ),
        ),
    ),
    Entry(
        "duties",
        "section",
        _lt("Powers, duties and responsibilities"),
        text=(_lt("The unit does its work by the duty regulation of our council:"),),
        items=(
            _lt("keeping the Mayor's programme, appointments and meetings,"),
            _lt("receiving visitors and telephone calls,"),
            _lt(
                "registering, referring and following up citizens' requests and "
                "complaints, and telling their results,"
            ),
            _lt("passing on the Mayor's instructions and following them up,"),
            _lt("protocol, ceremonies, invitations and the hosting of guests,"),
            _lt("the correspondence of the Mayor's office."),
        ),
    ),
    Entry("about", "section", _lt("Information on the unit")),
    Entry(
        "building",
        "part",
        _lt("Physical structure"),
        hint=_lt("Where the unit works, how many rooms, vehicles, their condition."),
    ),
    Entry(
        "organisation",
        "part",
        _lt("Organisation"),
        hint=_lt("To whom the unit reports, its sections, who heads them."),
    ),
    Entry(
        "technology",
        "part",
        _lt("Information and technology resources"),
        hint=_lt("Computers, telephones, programs, lines."),
    ),
    Entry(
        "staff",
        "part",
        _lt("Human resources"),
        hint=_lt("Staff by status, education, gender; who came, who left."),
    ),
    Entry(
        "services",
        "part",
        _lt("Services offered"),
        text=(
            _lt(
                "The services that citizens ask of the unit, their documents and the "
                "time in which they are concluded stand in the table of service "
                "standards, which is published."
            ),
        ),
    ),
    Entry(
        "control",
        "part",
        _lt("Management and internal control system"),
        text=(
            _lt(
                "Every record has a number, a responsible person and a deadline; who "
                "may see and change it follows from the role. Opening a confidential "
                "record leaves a line in the access log, and late work is reported to "
                "the director."
            ),
        ),
    ),
    Entry("general_other", "section", _lt("Other matters")),
    Entry("aims", "chapter", _lt("Aims and objectives")),
    Entry(
        "objectives",
        "section",
        _lt("Aims and objectives of the unit"),
        hint=_lt("Aims and objectives of the strategic plan that fall to the unit."),
    ),
    Entry(
        "policies",
        "section",
        _lt("Basic policies and priorities"),
        text=(
            _lt(
                "Equality before the service, answers within the legal time, openness "
                "about results, and the protection of personal data."
            ),
        ),
    ),
    Entry(
        "activities", "chapter", _lt("Information on activities and their evaluation")
    ),
    Entry(
        "finance",
        "section",
        _lt("Financial information"),
        hint=_lt("Appropriation, spending and their ratio, from the accounts."),
    ),
    Entry(
        "performance",
        "section",
        _lt("Performance information"),
        text=(
            _lt(
                "The tables of this part are made of the records of the year; below "
                "them stands what they were made of, and when."
            ),
        ),
    ),
    _figures("summary", _lt("The year in figures"), "R01"),
    _figures("programme", _lt("Programme and events"), "R12", "full"),
    _figures("appointments", _lt("Appointments"), "R02", "full"),
    _figures("applicants", _lt("Who asked for an appointment"), "R03", "full"),
    _figures("visitors", _lt("Visitors"), "R04", "full"),
    _figures("calls", _lt("Telephone traffic"), "R05", "full"),
    _figures("requests", _lt("Requests and complaints"), "R06", "full"),
    _figures("units", _lt("Requests by unit"), "R07"),
    _figures("channels", _lt("Requests by channel"), "R08", "full"),
    _figures("neighbourhoods", _lt("Requests by neighbourhood"), "R08-M"),
    _figures("topics", _lt("Requests by topic"), "R08-K"),
    _figures("deadlines", _lt("Keeping of legal deadlines"), "R09"),
    _figures("instructions", _lt("The Mayor's instructions"), "R11"),
    _figures("equality", _lt("Equality in waiting, by channel"), "R30"),
    _figures("equality_places", _lt("Equality in waiting, by neighbourhood"), "R30-M"),
    Entry(
        "evaluation",
        "section",
        _lt("Evaluation of the performance results"),
        hint=_lt("What the figures say, and why they differ from the aims."),
    ),
    Entry(
        "capability",
        "chapter",
        _lt("Evaluation of institutional capability and capacity"),
    ),
    Entry(
        "strengths",
        "section",
        _lt("Strengths"),
        hint=_lt("What the unit does well, and thanks to what."),
    ),
    Entry(
        "weaknesses",
        "section",
        _lt("Weaknesses"),
        hint=_lt("What the unit lacks: people, rooms, means."),
    ),
    Entry(
        "assessment",
        "section",
        _lt("Assessment"),
        hint=_lt("What follows from strengths and weaknesses."),
    ),
    Entry(
        "proposals",
        "chapter",
        _lt("Proposals and measures"),
        hint=_lt("What the unit proposes for the next year."),
    ),
    Entry(
        "declaration",
        "annex",
        _lt("Declaration of assurance on internal control"),
        text=(
            _lt(
                "Within my duties and powers as the authorising officer I declare that"
            ),
            _lt(
                "the work of our unit was done in accordance with the administration's "
                "aims and objectives, the principles of good financial management, the "
                "control rules and the law, that the resources allotted to our unit by "
                "the budget were used effectively, economically and efficiently for "
                "their planned purposes, and that the internal control system in our "
                "unit gives sufficient and reasonable assurance."
            ),
            _lt(
                "This assurance rests on my knowledge and assessments as the "
                "authorising officer, on management information systems, on the "
                "evaluation reports of the internal control system, on monitoring and "
                "evaluation reports and on audit reports."
            ),
            _lt(
                "I confirm that the information in this report is reliable, complete "
                "and correct."
            ),
        ),
        is_declaration=True,
    ),
)
BY_KEY = {entry.key: entry for entry in OUTLINE}
