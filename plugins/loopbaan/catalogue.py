"""Names for roles that many schools know, to choose from; a school adds its own. Nobody has to take one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.entries.cohort_settings import CohortSettings
from portfolio.entries.field_rows import Rows
from portfolio.entries.kinds import field
from portfolio.i18n import language
from portfolio.i18n import lazy_gettext as _l
from portfolio.scope import Scope

NAME = "loopbaan"
FORMAL, INFORMAL = "formal", "informal"
_READ_AS = {"formal": FORMAL, "formeel": FORMAL, "informal": INFORMAL, "informeel": INFORMAL}


DOMAINS = (
    ("pupils", _l("How pupils learn")),
    ("education", _l("Developing what and how we teach")),
    ("organising", _l("Organising our teaching")),
    ("colleagues", _l("How colleagues learn")),
)
"""The four domains of the Beroepsbeeld voor de Leraar (2017), in our own words."""
PUPILS, EDUCATION, ORGANISING, COLLEAGUES = (code for code, _label in DOMAINS)
BESIDE, LEADING, EITHER = "beside", "leading", "either"
DIRECTIONS = {
    BESIDE: _l("beside your lessons"),
    LEADING: _l("leading others"),
    EITHER: _l("beside your lessons, or leading others"),
}
"""What the literature calls horizontal, vertical, or both. None is further than another."""


@dataclass(frozen=True)
class RoleName:
    """A name for a role: what it is called, whether it is mostly agreed, and what it asks, in a line."""

    name: Any
    formality: str
    line: Any = ""
    domain: str = ""
    direction: str = ""

    @property
    def about(self) -> str:
        """What it is mostly about and where it leads, in words; empty for a role of which nobody said so."""
        words = (dict(DOMAINS).get(self.domain), DIRECTIONS.get(self.direction))
        return ", ".join(str(word) for word in words if word)


def _formal(name: Any, line: Any, domain: str, direction: str = BESIDE) -> RoleName:
    return RoleName(name, FORMAL, line, domain, direction)


def _informal(name: Any, line: Any, domain: str, direction: str = BESIDE) -> RoleName:
    return RoleName(name, INFORMAL, line, domain, direction)


ROLES: tuple[RoleName, ...] = (
    _formal(_l("Team leader"), _l("Answers for a team and for what it needs to work well."), ORGANISING, LEADING),
    _formal(_l("Department head"), _l("Leads a department, its people and its plans."), ORGANISING, LEADING),
    _formal(_l("Phase coordinator"), _l("Keeps the years of a primary school together."), ORGANISING, EITHER),
    _formal(_l("Deputy head"), _l("Leads the school with the head, and stands in."), ORGANISING, LEADING),
    _formal(
        _l("Head of a subject section"), _l("Brings those who teach one subject to shared choices."), EDUCATION, EITHER
    ),
    _formal(
        _l("Year coordinator"), _l("Looks after one year of pupils and the people around them."), ORGANISING, EITHER
    ),
    _formal(
        _l("Coordinator of form tutors"),
        _l("Helps form tutors with their groups and with each other."),
        COLLEAGUES,
        EITHER,
    ),
    _formal(_l("Care coordinator"), _l("Finds, with colleagues, what a pupil needs and who can give it."), PUPILS),
    _formal(
        _l("Language or numeracy coordinator"), _l("Keeps language or numeracy alive in every subject."), EDUCATION
    ),
    _formal(_l("Quality coordinator"), _l("Helps a school look at itself honestly."), EDUCATION),
    _formal(_l("Teacher trainer in school"), _l("Trains teachers, with the institute, where the work is."), COLLEAGUES),
    _formal(_l("Workplace mentor"), _l("Goes along with a trainee teacher, lesson by lesson."), COLLEAGUES),
    _formal(_l("Mentor of starting teachers"), _l("Walks along with colleagues in their first years."), COLLEAGUES),
    _formal(_l("ICT coach"), _l("Helps colleagues use technology where it helps learning."), COLLEAGUES),
    _formal(_l("Careers adviser"), _l("Helps pupils find out what they want after school."), PUPILS),
    _formal(_l("Examination secretary"), _l("Sees to it that examinations are fair and in order."), ORGANISING),
    _formal(_l("Teacher with a special task"), _l("Teaches, and carries one task for the whole school."), EDUCATION),
    _formal(
        _l("Teacher researcher"), _l("Asks questions of the own school and looks for answers with care."), EDUCATION
    ),
    _formal(
        _l("Member of the participation council"), _l("Thinks and decides along about the school's plans."), ORGANISING
    ),
    _formal(
        _l("Leader of a development project"),
        _l("Takes a group from a question to something that works."),
        EDUCATION,
        EITHER,
    ),
    _formal(
        _l("Expert in didactics"), _l("Knows much about how pupils learn, and shares it in the classroom."), PUPILS
    ),
    _formal(_l("Expert in pedagogy"), _l("Knows much about growing up, and shares it where it is hard."), PUPILS),
    _formal(_l("Teacher leader"), _l("Teaches, and moves things beyond the own classroom."), EDUCATION, EITHER),
    _informal(_l("Pioneer"), _l("Goes first where nobody has been."), EDUCATION),
    _informal(_l("Instigator"), _l("Gets people going, and keeps it going."), EDUCATION, EITHER),
    _informal(_l("Captain of a meeting"), _l("Takes a group through one afternoon."), ORGANISING, EITHER),
    _informal(_l("Somebody to ask"), _l("Colleagues come with a question, and leave with a better one."), COLLEAGUES),
    _informal(_l("Connector"), _l("Brings people together who would not have met."), COLLEAGUES),
    _informal(_l("Sparring partner"), _l("Thinks along, and now and then the other way."), COLLEAGUES),
    _informal(_l("Critical friend"), _l("Says what is hard to hear, from nearby."), COLLEAGUES),
    _informal(_l("Listening ear"), _l("Has time when it matters, and asks on."), COLLEAGUES),
    _informal(_l("Namer of what works"), _l("Says aloud what went well, and thanks to whom."), COLLEAGUES),
    _informal(_l("Renewer in the own lesson"), _l("Tries things out, and leaves the door open."), PUPILS),
    _informal(_l("Keeper of calm"), _l("Slows down when everybody hurries."), ORGANISING),
    _informal(_l("Careful dissenter"), _l("Says the other side before it is decided."), ORGANISING),
)


class _OwnRoles(Rows):
    """Roles that a school adds: a name in each language, and whether it is agreed."""

    def problem(self, row: Mapping[str, str]) -> Any:
        """A row needs a name; the other language may be left out, and so may what it is."""
        if not row["nl"] and not row["en"]:
            return _l("Give this role a name.")
        if row["formality"] and row["formality"].casefold() not in _READ_AS:
            return _l("Write formal or informal after “%(name)s”.", name=row["nl"] or row["en"])
        return None


class RoleNames(CohortSettings):
    """What a school sets when it switches this on: names of roles that it knows itself."""

    roles: _OwnRoles = field(
        _l("Roles your school knows itself"),
        help=_l("They join the list of names from which a teacher may choose. Nobody sees who chose one."),
        required=False,
        columns=(("nl", _l("Name in Dutch")), ("en", _l("Name in English")), ("formality", _l("Formal or informal"))),
        most=30,
    )


def list_roles(scope: Scope | None) -> list[RoleName]:
    """The names to choose from, in the order of the alphabet: ours and, given a scope, the school's own. One query."""
    mine = language()
    rows = scope.settings_for(NAME, RoleNames)["roles"] if scope else []
    own = [
        RoleName(
            row[mine] or row["nl"] or row["en"],
            _READ_AS.get(row["formality"].casefold(), ""),
            _l("A role of your school."),
        )
        for row in rows
    ]
    return sorted([*own, *ROLES], key=lambda role: str(role.name).casefold())
