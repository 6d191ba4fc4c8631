"""What a press may cost: a guard against questions to the store that creep in."""

from collections.abc import Callable

from sqlalchemy import event

from handlers.help.actions import Check, Press
from tests.stage import Actor, Stage

PRESS, TAKE = 20, 28
"""Statements, with the marks of what was delivered."""


def counted(stage: Stage) -> list[str]:
    found: list[str] = []
    event.listen(stage.database, "before_cursor_execute", lambda *a: found.append(a[2]))
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
