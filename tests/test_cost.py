"""What a press may cost: a guard against questions to the store that creep in."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import event
from sqlmodel import Session

from bot.clock import wall
from handlers.help.actions import Check, Press
from storage import deliveries
from tests.databases import fresh_sqlite, kept, raw
from tests.stage import Actor, Stage

PRESS, TAKE = 20, 28
"""Statements, with the marks of what was delivered."""


def counted(stage: Stage) -> list[str]:
    found: list[str] = []
    event.listen(kept(stage.database), "before_cursor_execute", lambda *a: found.append(a[2]))
    return found


def test_a_press_asks_the_store_a_handful_of_questions(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, figure: Callable[[str], None]
) -> None:
    lisa.presses("Gul pärm")  # what is read once has been read
    bo.presses("Jag tar")
    bo.does(Check(1))
    statements = counted(stage)
    lisa.presses("Vit pärm")
    pressed = len(statements)
    bo.presses("Jag tar")
    taken = len(statements) - pressed
    figure(f"statements: {pressed} a press, {taken} to take it")
    assert pressed <= PRESS and taken <= TAKE


def test_a_press_costs_no_more_however_many_calls_are_open(stage: Stage, lisa: Actor) -> None:
    """Each open call costs the reading of its row, and no question of its own."""
    statements = counted(stage)
    costs = []
    people = [stage.person(ref) for ref in ("lisa", "kim", "cia", "gun", "eva")]
    for one in people:
        before = len(statements)
        one.does(Press(2))
        costs.append(len(statements) - before)
    assert costs[-1] <= costs[1] * 2, costs


def test_a_look_at_the_outbox_costs_no_more_however_many_were_given_up() -> None:
    """It is looked through every second, and what was given up stays in it for a while."""
    now, database, steps = wall(), fresh_sqlite(), list[int]()
    with Session(database) as session:
        assert (
            deliveries.due_deliveries(session, now, ["workspace"], 1000) == []
        )  # the tables are read
        for many in 0, 300:
            rows = [row(n) | {"created_at": now, "next_try_at": now} for n in range(many)]
            rows = [one | {"valid_until": now + timedelta(hours=1)} for one in rows]
            for id in deliveries.queue(session, rows, {}):
                deliveries.give_up(session, id, "nobody lives here")
            driver = raw(session.connection())
            steps.append(0)
            driver.set_progress_handler(lambda: steps.append(steps.pop() + 1), 1)
            assert deliveries.due_deliveries(session, now, ["workspace"], 1000) == []
            driver.set_progress_handler(None, 1)
    assert steps[1] == steps[0], steps
    database.dispose()


def row(number: int) -> dict[str, object]:
    where = {"slot": f"{number}", "surface": "workspace", "person": "anna", "address": "anna"}
    return {**where, "lane": "alert", "card": "{}", "digest": "", "attempts": 0, "holder": None}
