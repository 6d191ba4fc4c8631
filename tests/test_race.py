"""A hundred people claim one call in the same moment: exactly one owns it, every time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

from sqlmodel import select

import handlers
from bot import assembly
from bot.engine import Engine
from bot.events import Incoming
from storage.audit import AuditLine
from storage.help import HelpCall
from storage.help_life import Status
from storage.help_notices import HelpNotice
from storage.people import Person
from tests.databases import fresh_for_threads
from tests.stage import demo_shelf

NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
CLAIMERS, ROUNDS = 100, 5


def test_a_hundred_threads_claim_one_call(tmp_path: Path) -> None:
    database = fresh_for_threads(tmp_path)
    engine = assembly.engine(database, handlers.ALL, demo_shelf(), ["workspace"], NOW)
    hire(engine)
    with ThreadPoolExecutor(CLAIMERS) as threads:
        for call in range(1, ROUNDS + 1):
            ring_everybody(engine, call)
            together = Barrier(CLAIMERS)
            claims = [threads.submit(claim, engine, call, n, together) for n in range(CLAIMERS)]
            told = [each.result() for each in claims]
            assert told.count("") == 1, "exactly one was told nothing, because it won"
            assert all("var först" in line for line in told if line)
            close(engine, call)
    database.dispose()


def hire(engine: Engine) -> None:
    with engine.sessions() as session:
        for number in range(CLAIMERS):
            facts = {"ref": f"p{number}", "name": f"P{number}", "unit": "", "site": "ostersund"}
            lists = {"languages": ["sv"], "roles": ["responder"], "addresses": {}}
            place = {"sv": "plats 1", "en": "seat 1"}
            session.add(Person.model_validate({**facts, **lists, "place": place}))
        session.commit()


def ring_everybody(engine: Engine, call: int) -> None:
    engine.receive(Incoming(f"press{call}", "lisa", "help.press", '{"level":3}'), NOW)
    with engine.sessions() as session:
        for number in range(CLAIMERS):
            session.add(HelpNotice(call=call, person=f"p{number}", at=NOW))
        session.commit()


def claim(engine: Engine, call: int, number: int, together: Barrier) -> str:
    together.wait()
    heard = Incoming(f"take{call}:{number}", f"p{number}", "help.take", f'{{"call":{call}}}')
    return "".join(engine.receive(heard, NOW).answer.notices)


def close(engine: Engine, call: int) -> None:
    with engine.sessions() as session:
        row = session.get_one(HelpCall, call)
        owner = row.owner
        assert owner and row.status is Status.OWNED
        won = select(AuditLine).where(AuditLine.what == "help.take", AuditLine.outcome == "done")
        claims = [line for line in session.exec(won) if f"help_call:{call}" in line.rows]
        assert [line.who for line in claims] == [owner]
    engine.receive(Incoming(f"check{call}", owner, "help.check", f'{{"call":{call}}}'), NOW)


def test_a_person_who_presses_on_many_screens_at_once_has_one_call(tmp_path: Path) -> None:
    """No row is there yet that could be locked: the turn itself must be alone."""
    database = fresh_for_threads(tmp_path)
    engine = assembly.engine(database, handlers.ALL, demo_shelf(), ["workspace"], NOW)
    screens = 8
    for number, presser in enumerate(("lisa", "bo", "anna", "hana", "ines"), 1):
        together = Barrier(screens)

        def press(screen: int, presser: str = presser, together: Barrier = together) -> None:
            together.wait()
            heard = Incoming(f"press{screen}", presser, "help.press", '{"level":3}')
            engine.receive(heard, NOW)

        with ThreadPoolExecutor(screens) as threads:
            list(threads.map(press, range(screens)))
        with engine.sessions() as session:
            assert len(session.exec(select(HelpCall)).all()) == number
    database.dispose()
