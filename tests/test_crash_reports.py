"""The crash walker over a report: killed at commits and deliveries, a stop at every question.

The reporter, the manager, security and the safety representative end with what they would have had
without a crash; there is one case, no draft is left, and nothing is owed.
"""

from collections.abc import Callable, Mapping

from sqlmodel import Session, select

from storage.cases import Case, CaseEvent
from storage.deliveries import Delivery
from storage.drafts import Draft
from tests.test_crash import Step, Walk, does


def answer(question: str, option: str) -> Step:
    values = f'{{"draft":1,"question":"{question}","option":"{option}"}}'
    return does(("lisa", "reports.answer", values))


STORY = (
    does(("lisa", "reports.new", "{}")),
    answer("group", "threat"),
    answer("kind", "hot_direkt"),
    answer("where", "phone"),
    answer("time", "now"),
    answer("effect", "unpleasant"),
    answer("factors", "vapen"),
    does(("lisa", "reports.park", '{"draft":1}')),
    does(("lisa", "reports.resume", '{"draft":1}')),
    does(("lisa", "reports.onward", '{"draft":1,"question":"factors"}')),
    does(("lisa", "reports.send", '{"draft":1,"naming":"named"}')),
    does(("cia", "cases.read", '{"case":1}'), ("anna", "cases.read", '{"case":1}')),
)

EVERY = 13
"""Of so many points one is walked here; `make soak` walks them all."""


class ReportWalk(Walk):
    def wrong(self, calm: Mapping[str, list[str]]) -> list[str]:
        with Session(self.stage.database) as session:
            cases = session.exec(select(Case)).all()
            events = [one.what.value for one in session.exec(select(CaseEvent))]
            drafts = len(session.exec(select(Draft)).all())
            owed = len(session.exec(select(Delivery)).all())
        found = [f"{len(cases)} cases, {drafts} drafts, {owed} owed"]
        found = [] if (len(cases), drafts, owed) == (1, 0, 0) else found
        found += [f"events {events}"] if events.count("received") != 1 else []
        found += [f"{one.severity} {one.factors}" for one in cases if one.factors != ["vapen"]]
        seen = self.screens()
        return found + [f"{who} left with {seen[who]}" for who in calm if seen[who] != calm[who]]


def walk(every: int) -> dict[int, list[str]]:
    calm = ReportWalk(0).play(STORY)
    points, screens = calm.bomb.passed, calm.screens()
    assert not calm.wrong(screens), calm.wrong(screens)
    calm.stage.close()
    found = {}
    for at in range(1, points + 1, every):
        run = ReportWalk(at)
        try:
            found[at] = run.play(STORY).wrong(screens)
        finally:
            run.stage.close()
    return found


def test_a_crash_at_any_question_loses_nothing(figure: Callable[[str], None]) -> None:
    found = walk(EVERY)
    figure(f"crash walker, report: {len(found)} points walked, one in {EVERY}")
    assert len(found) >= 7
    assert {at: wrong for at, wrong in found.items() if wrong} == {}
