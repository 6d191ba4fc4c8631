"""The feature of reports: whose draft it is, and what its content must hold."""

from typing import Protocol

from bot.features import Feature, Lasting, May, Mine, Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.reports import taxonomy
from storage import help_calls
from storage.cases import Case
from storage.drafts import Draft, Window

reports = Feature("reports")

for folder, shape in taxonomy.SHAPES.items():
    reports.reads(folder, shape)
reports.checks(taxonomy.check)
reports.lasts(Lasting.THEIRS, Draft)
reports.lasts(Lasting.ONE_A_PERSON, Window)
reports.owns(
    Mine(
        Draft,
        ("person",),
        ("dialog", "happened_at", "begun_at", "touched_at"),
        written=("answers", "words", "evidence"),
    )
)


class OfDraft(Protocol):
    """Anything that names a draft."""

    @property
    def draft(self) -> int: ...


class OfCase(Protocol):
    """Anything that names a case."""

    @property
    def case(self) -> int: ...


def _mine(turn: Turn, did: OfDraft) -> bool:
    found = turn.find(Draft, did.draft)
    return turn.by_person and (found is None or found.person == turn.person.ref)


def _my_case(turn: Turn, did: OfCase) -> bool:
    found = turn.find(Case, did.case)
    return found is not None and turn.person.ref in (found.reporter, found.exposed)


OWN_DRAFT = May("own draft", _mine)
OWN_CASE = May("own case", _my_case)


def draft_of(turn: Turn, did: OfDraft) -> Draft:
    """The draft, for its writer; somebody with a visitor at the desk reads nothing plain now."""
    not_covered(turn)
    found = turn.find(Draft, did.draft)
    if found is None:
        raise Refused(say("common.too_late"))
    found.touched_at = turn.now  # so every act names the draft in the audit, and can be blanked
    return found


def not_covered(turn: Turn) -> None:
    if help_calls.open_call_of(turn.session, turn.person.ref):
        raise Refused(cover_of(turn.content, turn.person)("own_first"))
