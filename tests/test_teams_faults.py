"""Teams in trouble: under every fault no alert is lost, one person claims, and who is not reached
is skipped at once. Teams has no key by which a lost answer could be looked up: there, a double is
better than a miss, and it must be the only double."""

from collections.abc import Callable, Iterator

import pytest

from bot import outbox
from bot.cards import Button, Card, Text
from bot.effects import Lane, Show
from bot.surfaces import MessageGone, SurfaceError, UnknownRefusal, Unreachable
from bot.surfaces.teams.connector import ANSWER_SECONDS
from bot.surfaces.teams.refusals import NoConversation, NotLetIn, TooMuch, refused
from handlers.home import OpenHome
from tests.faults import Fault
from tests.teams.actor import TeamsActor
from tests.teams.hands import entra
from tests.teams.stage import TeamsStage

SHORT, LONGER = 1.0, 1.4
"""Seconds: the line's patience where a test waits for its end, and what is longer."""

FAULTS = {
    "limited": Fault(status=429, retry_after="1"),
    "502": Fault(status=502),
    "504-but-done": Fault(status=504, done=True),
    "cut-but-done": Fault(drop=True, done=True),
    "too-slow-but-done": Fault(delay=LONGER, done=True),
    "too-much": Fault(status=413, error="MessageSizeTooBig"),
    "stale-token": Fault(status=401),
}
DOUBLES = {"504-but-done", "cut-but-done", "too-slow-but-done"}
"""Where nobody could know that it had arrived."""


@pytest.fixture
def fault() -> Fault:
    return Fault()


@pytest.fixture
def stage(fault: Fault) -> Iterator[TeamsStage]:
    stage = TeamsStage(patience=SHORT if fault.delay else ANSWER_SECONDS)
    yield stage
    stage.close()


def again(fault: Fault, times: float = 1, to: str = "") -> Fault:
    return Fault(**{**vars(fault), "times": times, "to": to})


def one_claims(stage: TeamsStage, lisa: TeamsActor, *actors: TeamsActor) -> None:
    """All press at once; one gets it, and everybody reads the same name."""
    stage.does(*(actor.reaches_for("Jag tar")() for actor in actors))
    names = {actor.ref: actor.ref.capitalize() for actor in actors}
    seen = str(lisa.lines())
    (winner,) = [ref for ref, name in names.items() if f"{name} hämtar pärmen" in seen]
    for actor in actors:
        owners = [name for name in names.values() if f"{name} äger" in str(actor.lines())]
        assert owners == ([] if actor.ref == winner else [names[winner]])


MEANING: dict[tuple[int, str], tuple[type[Exception], bool]] = {
    (429, ""): (SurfaceError, False),
    (412, ""): (SurfaceError, False),
    (500, ""): (SurfaceError, True),
    (502, ""): (SurfaceError, True),
    (503, ""): (SurfaceError, True),
    (504, ""): (SurfaceError, True),
    (418, ""): (UnknownRefusal, False),
    (401, ""): (NotLetIn, False),
    (400, "BadSyntax"): (TooMuch, False),
    (413, ""): (TooMuch, False),
    (403, ""): (Unreachable, False),
    (403, "BotNotInConversationRoster"): (Unreachable, False),
    (403, "ConversationBlockedByUser"): (Unreachable, False),
    (403, "MessageWritesBlocked"): (Unreachable, False),
    (404, "UserNotFound"): (Unreachable, False),
    (404, ""): (NoConversation, False),
    (404, "ActivityNotFoundInConversation"): (MessageGone, False),
}


@pytest.mark.parametrize(("told", "meant"), MEANING.items())
def test_what_teams_refuses_with_is_understood(
    told: tuple[int, str], meant: tuple[type[Exception], bool]
) -> None:
    no = refused(*told, None)
    assert type(no) is meant[0]
    assert getattr(no, "unsure", False) is meant[1]


@pytest.mark.parametrize(
    ("wish", "waits"), [("3", 3.0), ("0.5", 0.5), (None, 1.0), ("soon", 1.0), ("1e9", 600.0)]
)
def test_teams_says_how_long_to_wait(wish: str | None, waits: float) -> None:
    no = refused(429, "", wish)
    assert isinstance(no, SurfaceError)
    assert no.retry_after == waits


def alerts(who: TeamsActor) -> int:
    return sum("L3 · Lisa" in str(shown.teams) for shown in who.messages())


@pytest.mark.parametrize(("name", "fault"), FAULTS.items(), ids=FAULTS)
def test_whatever_happens_to_a_post_it_arrives(stage: TeamsStage, name: str, fault: Fault) -> None:
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    for ref in "lisa", "bo", "anna":
        stage.microsoft.fails("post", again(fault, to=entra(ref)))
    lisa.uses_shortcut(3)
    lisa.sees("Pärm beställd")
    for helper in bo, anna:
        helper.sees("L3 · Lisa · plats 14")
        assert alerts(helper) == (2 if name in DOUBLES else 1)
    one_claims(stage, lisa, bo, anna)


@pytest.mark.parametrize(
    "fault",
    [one for name, one in FAULTS.items() if name in ("limited", "502", "cut-but-done")],
    ids=["limited", "502", "cut-but-done"],
)
def test_whatever_happens_to_an_edit_the_newest_card_stands(
    stage: TeamsStage, fault: Fault
) -> None:
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    lisa.uses_shortcut(2)
    stage.microsoft.fails("edit", again(fault, times=3))
    one_claims(stage, lisa, bo, anna)


def forbids(code: str) -> Callable[[TeamsStage, TeamsActor], None]:
    return lambda stage, who: stage.microsoft.fails(
        "post", Fault(status=403, error=code, times=99, to=who.user)
    )


NEVER: dict[str, Callable[[TeamsStage, TeamsActor], None]] = {
    "blocked": forbids("ConversationBlockedByUser"),
    "removed": lambda stage, who: stage.does(stage.hands.install(who.user, "remove")),
}


@pytest.mark.parametrize("happens", NEVER.values(), ids=NEVER)
def test_who_is_not_reached_is_skipped_at_once_and_told_to_an_administrator(
    stage: TeamsStage, happens: Callable[[TeamsStage, TeamsActor], None]
) -> None:
    lisa, bo, anna, ivar = (stage.person(ref) for ref in ("lisa", "bo", "anna", "ivar"))
    happens(stage, bo)
    lisa.uses_shortcut(3)
    anna.sees("L3 · Lisa")
    assert alerts(bo) == 0
    ivar.sees("Bo nås inte i Teams")
    assert stage.decisions[-1].outcome == "done"
    stage.microsoft.faults.clear()
    bo.opens_home()
    ivar.sees("Bo nås i Teams igen.")


def test_for_whom_the_app_is_not_installed_nobody_waits(stage: TeamsStage) -> None:
    """First contact: a conversation is begun with whoever never wrote; it may be refused."""
    lisa, ivar = stage.person("lisa"), stage.person("ivar")
    stage.microsoft.users.discard(entra("bo"))
    lisa.uses_shortcut(3)
    ivar.sees("Bo nås inte i Teams")
    TeamsActor(stage, "anna").sees("L3 · Lisa")
    assert stage.microsoft.count("begin") >= 2


def test_a_conversation_that_is_gone_is_begun_anew(stage: TeamsStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    del stage.microsoft.conversations[stage.microsoft.conversation(bo.user).id]
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")


def test_where_we_talk_with_somebody_is_kept_over_a_restart(stage: TeamsStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.restarts()
    lisa.presses("Vit pärm")
    bo.sees("L3 · Lisa")
    begun = {call.to for call in stage.microsoft.calls if call.what == "begin"}
    assert not begun & {lisa.user, bo.user}, "where we talk is kept over a restart"


def test_a_message_that_was_deleted_is_shown_anew(stage: TeamsStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    lisa.uses_shortcut(3)
    messages = stage.microsoft.conversation(lisa.user).messages
    messages[:] = [m for m in messages if "Pärm beställd" not in str(m.said)]
    bo.presses("Jag tar")
    lisa.sees("Bo hämtar pärmen")


def test_the_own_page_comes_when_it_is_asked_for_and_is_edited_in_silence(
    stage: TeamsStage,
) -> None:
    lisa, gun = stage.person("lisa"), TeamsActor(stage, "gun")
    before = stage.page(lisa.user)
    stage.does(stage.hands.type(lisa.user, "upptagen"))
    assert stage.page(lisa.user) == before
    lisa.types("hem")
    assert stage.page(lisa.user) != before, "it stands where they look: last"
    assert stage.microsoft.conversation(lisa.user).messages[-1].id == stage.page(lisa.user)
    lisa.presses("Vit pärm")
    gun.does(OpenHome())
    assert stage.page(gun.user), "who asks gets one too"


def test_nobody_is_written_to_for_a_page_that_they_never_asked_for(stage: TeamsStage) -> None:
    lisa = stage.person("lisa")
    lisa.does_not_see("L3")
    posted = {call.to for call in stage.microsoft.calls}
    assert posted == {lisa.user}


def test_what_nobody_waits_for_is_not_risked_twice(stage: TeamsStage) -> None:
    """An alert and an answer are tried again where a double may be; a nudge heals at its next."""
    bo = stage.person("bo")

    async def shows(lane: Lane) -> None:
        def work() -> None:
            with stage.machine.engine.sessions() as session:
                words = stage.machine.engine.shelf.current.dictionaries
                show = Show(lane, "bo", Card(lane, "Pärm", (Text("Hur gick det?"),)), lane)
                outbox.put(session, [show], stage.now(), words, ["teams"])
                session.commit()

        await stage.writer.do(work)
        stage.machine.courier.take(await stage.machine.courier.store.due(stage.now()))

    for lane in Lane:
        stage.microsoft.fails("post", Fault(drop=True, done=True, to=bo.user))
        stage.does(shows(lane))
    titles = [shown.teams["card"]["body"][0]["text"] for shown in bo.messages()]
    stands = {lane: titles.count(lane) for lane in Lane}
    assert stands == {Lane.ALERT: 2, Lane.ANSWER: 2, Lane.NUDGE: 1, Lane.BULK: 1}


def test_a_store_that_takes_nothing_asks_teams_to_send_again(stage: TeamsStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.writer.broken = 1
    lisa.presses("Vit pärm")
    bo.sees("L3 · Lisa")
    assert [status for status, _ in stage.hands.answers[-2:]] == [503, 200]
    lisa.sees("Det här kom inte fram. Försök igen, eller ta reservvägen.")


def test_everything_that_arrives_three_times_is_done_once(stage: TeamsStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.hands.repeats = 2
    lisa.presses("Vit pärm")
    assert alerts(bo) == 1
    bo.presses("Jag tar")
    lisa.sees("Bo hämtar pärmen")
    assert sum(one.what == "help.press" for one in stage.decisions) == 1


FORGED = (
    ("help.take", '{"call":99}'),
    ("help.take", '{"call":"1"}'),
    ("help.take", '{"call":1,"also":2}'),
    ("help.take", "["),
    ("help.nothing", "{}"),
    ("unreached.noted", '{"surface":"teams","person":"bo","why":"left"}'),
    ("help.take", '{"call":' + "9" * 400 + "}"),
)


def test_what_a_client_tampered_with_is_refused(stage: TeamsStage) -> None:
    lisa, cia = stage.person("lisa"), stage.person("cia")
    lisa.presses("Vit pärm")
    before = cia.lines()
    for wire_name, payload in FORGED:
        stage.hears("cia", wire_name, payload)
        assert stage.decisions[-1].outcome == "refused", (wire_name, payload)
    assert "Lisa" not in str([one for one in cia.lines() if one not in before])
    assert {status for status, _ in stage.hands.answers} == {200}
    lisa.sees("Pärm beställd")


def test_somebody_elses_call_cannot_be_taken_from_afar(stage: TeamsStage) -> None:
    lisa, _, cia = stage.person("lisa"), stage.person("bo"), stage.person("cia")
    lisa.presses("Vit pärm")
    for wire_name in "help.take", "help.check", "help.made_safe", "help.raise":
        stage.hears("cia", wire_name, '{"call":1}')
    lisa.does_not_see("Cia")
    assert "Lisa" not in str(cia.lines())


def test_a_storm_of_nudges_does_not_hold_up_an_alert(stage: TeamsStage) -> None:
    """Our own pace keeps within what Teams takes: not one request is refused."""
    lisa, bo = stage.person("lisa"), stage.person("bo")

    async def storm() -> None:
        def work() -> None:
            with stage.machine.engine.sessions() as session:
                words = stage.machine.engine.shelf.current.dictionaries
                card = Card("Påminnelse", "Pärm", (), (Button("Ja", OpenHome()),))
                shows = [Show(f"n{n}", "bo", card, Lane.NUDGE) for n in range(12)]
                outbox.put(session, shows, stage.now(), words, ["teams"])
                session.commit()

        await stage.writer.do(work)
        stage.machine.courier.take(await stage.machine.courier.store.due(stage.now()))

    stage.run(storm())
    stage.run(lisa.reaches_for("Vit pärm")())

    def there() -> bool:
        return alerts(bo) == 1

    stage.waits_for(there)
    waiting = sum("Påminnelse" in str(shown.teams) for shown in bo.messages())
    assert waiting < 12, "the alert went before the rest of the storm"
    assert all(call.status != 429 for call in stage.microsoft.calls)
