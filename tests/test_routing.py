"""Who is called: forty invented people, what they do just now, and the rings around a presser."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, select

from bot import staff
from bot.cards import Note, Steps, Text
from bot.content import Pack, load
from bot.staff import imports
from bot.staff.hours import is_open, local_day
from bot.turn import Turn
from bot.words import say
from handlers.help import who
from handlers.help.routing import (
    AT_SITE,
    HELPERS,
    MOST_NEIGHBOURS,
    NEAREST,
    Asked,
    Candidate,
    Free,
    Near,
    Place,
    Why,
    free,
    readiness,
    rings,
)
from storage import availability, help_calls, help_notices
from storage.availability import State
from storage.help import HelpCall
from storage.help_notices import HelpNotice
from storage.people import Person, RosterSlot
from tests.conftest import Tongue
from tests.databases import fresh_database, kept
from tests.stage import Actor, Stage

DATA = Path(__file__).parent / "data"
Rings = dict[int, tuple[Asked, ...]]


@cache
def agency() -> Pack:
    return load([DATA / "agency"], staff.SHAPES, [staff.check])


@pytest.fixture
def session() -> Iterator[Session]:
    database = fresh_database()
    with Session(database) as session:
        hire(session, "people_40.csv", "roster_40.csv")
        yield session
    database.dispose()


def hire(session: Session, *files: str, folder: Path = DATA) -> None:
    sites = agency().all(staff.Site)
    found = imports.read([folder / file for file in files], sites, set())
    imports.store(session, found, at("mon 10:00"))
    session.commit()


def at(when: str) -> datetime:
    """A time of the first week of March 2027, in Stockholm."""
    day, _, clock = when.partition(" ")
    date = 1 + ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(day)
    hour, minute = clock.split(":")
    here = datetime(2027, 3, date, int(hour), int(minute), tzinfo=ZoneInfo("Europe/Stockholm"))
    return here.astimezone(UTC)


@dataclass(frozen=True)
class Case:
    """`states` are "bror lunch 12:30"; who is not free is written with what they do instead."""

    when: str
    presser: str
    first: str
    second: str
    third: str = "bea carl disa egon mona nora oskar"
    states: tuple[str, ...] = ()
    helping: tuple[str, ...] = ()
    pressing: tuple[str, ...] = ()
    at_home: bool = False
    has_left: str = ""


UPSTAIRS = "lovis malte olga per signe zeb"
NIGHT = "elof/off freja/off jarl/off"

CASES = {
    "an ordinary weekday at ten": Case(
        "mon 10:00",
        "alva",
        "bror cajsa ditte",
        f"elof freja jarl ulla {UPSTAIRS} wilma/unreached",
    ),
    "lunch: one of the desk zone is left, so the floor joins": Case(
        "mon 12:00",
        "alva",
        "ditte elof freja jarl bror/lunch cajsa/lunch",
        f"ulla {UPSTAIRS} wilma/unreached",
        states=("bror lunch 12:30", "cajsa lunch 12:30"),
    ),
    "both zone neighbours are in a call": Case(
        "mon 10:00",
        "karin",
        "olga per lovis/busy malte/busy wilma/unreached",
        "signe bror cajsa ditte elof freja jarl ulla zeb",
        states=("lovis busy 10:20", "malte busy 10:05"),
    ),
    "everybody in the desk zone is off shift until noon": Case(
        "wed 10:00",
        "alva",
        "elof freja jarl bror/off cajsa/off ditte/off",
        f"ulla {UPSTAIRS} wilma/unreached",
    ),
    "a presser on another floor": Case(
        "mon 10:00",
        "nils",
        "olga per",
        "lovis malte signe bror cajsa ditte elof freja jarl ulla zeb wilma/unreached",
    ),
    "a floor with only one who responds": Case(
        "mon 10:00",
        "quinn",
        "zeb",
        "bror cajsa ditte elof freja jarl lovis malte olga per signe ulla wilma/unreached",
    ),
    "a presser at home: four of the unit phone": Case(
        "mon 10:00",
        "alva",
        "bror cajsa ditte elof",
        "freja jarl lovis malte olga per signe ulla zeb wilma/unreached",
        at_home=True,
    ),
    "a presser at home whose unit is busy": Case(
        "mon 10:00",
        "nils",
        "lovis malte per zeb",
        "bror cajsa ditte elof freja jarl signe ulla olga/busy wilma/unreached",
        states=("olga busy 11:00",),
        at_home=True,
    ),
    "a colleague who works at home is free but far": Case(
        "mon 10:00",
        "alva",
        "cajsa ditte",
        f"elof freja jarl ulla {UPSTAIRS} bror wilma/unreached",
        states=("bror home 16:00",),
    ),
    "an evening: those on call come first": Case(
        "mon 20:00",
        "alva",
        f"mona nora bror/off cajsa/off ditte/off {NIGHT}",
        "oskar ulla/off lovis/off malte/off olga/off per/off signe/off wilma/unreached zeb/off",
        "bea/off carl/off disa/off egon/off",
    ),
    "an evening with a late shift": Case(
        "wed 18:30",
        "alva",
        "bror cajsa ditte mona nora",
        "oskar elof/off freja/off jarl/off ulla/off lovis/off malte/off olga/off per/off "
        "signe/off wilma/unreached zeb/off",
        "bea/off carl/off disa/off egon/off",
    ),
    "a weekend": Case(
        "sat 11:00",
        "gota",
        "mona nora bea/off carl/off disa/off egon/off fia/off",
        "oskar hans/off",
        "bror/off cajsa/off ditte/off elof/off",
    ),
    "a site whose neighbour has closed": Case(
        "mon 17:00",
        "gota",
        "bea carl disa egon fia",
        "hans",
        "mona nora oskar bror/off cajsa/off ditte/off elof/off",
    ),
    "a free neighbour before four busy ones": Case(
        "mon 10:00",
        "alva",
        "bror cajsa ditte",
        f"elof freja jarl ulla {UPSTAIRS} wilma/unreached",
        "fia mona nora oskar bea/busy carl/busy disa/busy",
        states=tuple(f"{ref} busy 10:30" for ref in ("bea", "carl", "disa", "egon")),
    ),
    "somebody owns another call": Case(
        "mon 10:00",
        "alva",
        "cajsa ditte bror/helping",
        f"elof freja jarl ulla {UPSTAIRS} wilma/unreached",
        helping=("bror",),
    ),
    "a neighbour presses too": Case(
        "mon 10:00",
        "alva",
        "bror cajsa ditte/pressing",
        f"elof freja jarl ulla {UPSTAIRS} wilma/unreached",
        pressing=("ditte",),
    ),
    "the roster names ring 1, and somebody from far away": Case(
        "tue 10:00",
        "alva",
        "jarl lovis kaj",
        "bror cajsa ditte elof freja ulla malte olga per signe zeb wilma/unreached",
    ),
    "a roster of people who left or cannot be reached": Case(
        "thu 10:00",
        "alva",
        "bror cajsa ditte",
        "elof freja jarl ulla lovis malte olga per signe wilma/unreached",
        "nora",
        has_left="zeb",
    ),
    "noon sharp: the morning's people are off, and who is on call tonight": Case(
        "fri 12:00",
        "alva",
        "freja elof",
        "ditte jarl ulla lovis malte olga per signe zeb bror/off cajsa/off wilma/unreached",
        "bea carl disa egon nora oskar mona/off",
    ),
    "snoozed is asked last, and the longest state counts": Case(
        "mon 10:00",
        "alva",
        "bror ditte cajsa/snoozed",
        f"elof freja jarl ulla {UPSTAIRS} wilma/unreached",
        states=("cajsa snoozed 15:00", "cajsa busy 10:05", "ditte home 09:00"),
    ),
    "who moves at no screen is asked after the others, whoever is busy after them": Case(
        "mon 10:00",
        "alva",
        "ditte elof freja jarl bror/away cajsa/snoozed",
        f"ulla {UPSTAIRS} wilma/unreached",
        states=("bror away 10:20", "cajsa snoozed 15:00", "cajsa away 10:20"),
    ),
    "a presser without a desk zone: the floor": Case(
        "mon 10:00",
        "isak",
        "bror cajsa ditte elof freja jarl",
        f"ulla {UPSTAIRS} wilma/unreached",
    ),
    "a site that names its rings": Case(
        "sun 03:00",
        "ida",
        "jon",
        "lena kaj",
        "mona",
    ),
    "a list that reaches nobody gives way to nearness": Case(
        "mon 10:00",
        "jon",
        "kaj",
        "lena",
        "mona",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rings_are_as_the_table_says(session: Session, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    if case.has_left:
        lines = (DATA / "people_40.csv").read_text("utf-8").splitlines(keepends=True)
        stay = [line for line in lines if not line.startswith(f"{case.has_left},")]
        (tmp_path / "now.csv").write_text("".join(stay), "utf-8")
        hire(session, "now.csv", folder=tmp_path)
    play(session, case)
    found = asked(session, case)
    assert [written(found[ring]) for ring in (1, 2, 3)] == [case.first, case.second, case.third]


def play(session: Session, case: Case) -> None:
    for source, said in enumerate(case.states):
        ref, state, until = said.split()
        ends = at(f"{case.when[:3]} {until}")
        availability.state(session, ref, f"source {source}", State(state), ends)
    for ref in case.helping:
        open_call(session, "gustav", case).take(ref, at(case.when))
    for ref in case.pressing:
        open_call(session, ref, case)
    session.flush()


def open_call(session: Session, presser: str, case: Case) -> HelpCall:
    now, empty = at(case.when), {"ref": "norrby", "floor": {"sv": "plan 1", "en": "floor 1"}}
    call = HelpCall(
        presser=presser, level=2, area="zon A", site=empty, place={}, ladder={"rungs": []},
        started_at=now, ladder_at=now,
    )  # fmt: skip
    return help_calls.add(session, call)


def turn(session: Session, case: Case) -> Turn:
    actor = session.get_one(Person, case.presser)
    return Turn(actor, at(case.when), session, agency(), ["workspace"])


def asked(session: Session, case: Case) -> Rings:
    person = session.get_one(Person, case.presser)
    floor = person.floor or {"sv": "plan 1"}
    return who.plan(
        turn(session, case), person.site, person.ref, person.area, floor["sv"], case.at_home
    )


def written(ring: Iterable[Asked]) -> str:
    return " ".join(one.ref if one.free is Free.FREE else f"{one.ref}/{one.free}" for one in ring)


def test_every_person_and_slot_of_the_files_is_there(session: Session) -> None:
    people = session.exec(select(Person)).all()
    assert (len(people), len({one.site for one in people})) == (40, 4)
    assert len(session.exec(select(RosterSlot)).all()) == 16


def test_ones_own_call_keeps_nobody_busy(session: Session) -> None:
    """Whoever owns this call is not busy with another; who joined another one is."""
    case = CASES["an ordinary weekday at ten"]
    own, other = open_call(session, "alva", case), open_call(session, "gustav", case)
    own.take("bror", at(case.when))
    help_notices.add(session, HelpNotice(call=own.number, person="cajsa", at=own.started_at))
    other.take("freja", at(case.when))
    joined = HelpNotice(call=other.number, person="ditte", at=own.started_at)
    joined.join(at(case.when))
    help_notices.add(session, joined)
    other.join()
    session.flush()
    found = who.plan_for(turn(session, case), own)
    assert written(found[1]) == "bror cajsa ditte/helping"
    assert "freja/helping" in written(found[2])
    assert "bror/helping" in written(asked(session, case)[1])


def test_the_rings_say_why_and_until_when(session: Session) -> None:
    case = replace(
        CASES["the roster names ring 1, and somebody from far away"], states=("jarl lunch 11:00",)
    )
    play(session, case)
    found = asked(session, case)
    assert found[1] == (
        Asked("lovis", Near.SITE, Free.FREE, Why.ROSTER),
        Asked("kaj", Near.ELSEWHERE, Free.FREE, Why.ROSTER),
        Asked("jarl", Near.FLOOR, Free.LUNCH, Why.ROSTER, at("tue 11:00")),
    )
    assert (found[2][0].near, found[2][0].why) == (Near.AREA, Why.NEAR)
    assert {(one.ref, one.near, one.why) for one in found[3]} >= {
        ("bea", Near.NEIGHBOUR, Why.NEAR),
        ("mona", Near.ELSEWHERE, Why.ROLE),
    }
    assert (free(found[1]), free(found[2])) == (2, 11)


@pytest.mark.parametrize(
    ("lines", "when", "open"),
    [
        ([], "sun 03:00", True),
        (["mon-fri 08:00-16:30"], "mon 08:00", True),
        (["mon-fri 08:00-16:30"], "fri 16:29", True),
        (["mon-fri 08:00-16:30"], "fri 16:30", False),
        (["mon-fri 08:00-16:30"], "mon 07:59", False),
        (["mon-fri 08:00-16:30"], "sat 10:00", False),
        (["mon-fri 8:00-16:30", "Sat 10:00-14:00"], "sat 10:00", True),
        (["fri-mon 10:00-14:00"], "sun 12:00", True),
        (["fri-mon 10:00-14:00"], "tue 12:00", False),
        (["fri 22:00-06:00"], "fri 23:00", True),
        (["fri 22:00-06:00"], "sat 05:59", True),
        (["fri 22:00-06:00"], "fri 05:00", False),
        (["sun 22:00-06:00"], "mon 05:00", True),
        (["wed 00:00-24:00"], "wed 23:59", True),
        (["wed 00:00-24:00"], "thu 00:00", False),
    ],
)
def test_hours(lines: list[str], when: str, open: bool) -> None:
    assert is_open(lines, "Europe/Stockholm", at(when)) is open


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mon-fri", "write days and times such as mon-fri 08:00-16:30"),
        ("mån-fre 08:00-16:30", "unknown day “mån” – did you mean “mon”?"),
        ("mon-fir 08:00-16:30", "unknown day “fir” – did you mean “fri”?"),
        ("xyz 08:00-16:30", "unknown day “xyz” – allowed: mon, tue, wed, thu, fri, sat, sun"),
        ("-mon 08:00-16:30", "unknown day “”"),
        ("mon 08.00-16.30", "write times such as 08:00-16:30"),
        ("mon 08:60-16:30", "write times such as 08:00-16:30"),
        ("mon 08:00-24:01", "write times such as 08:00-16:30"),
        ("mon 24:00-08:00", "write times such as 08:00-16:30"),
        ("mon 08:00-08:00", "a site closes later than it opens; all day is 00:00-24:00"),
    ],
)
def test_hours_that_nobody_can_read_are_told(line: str, said: str) -> None:
    with pytest.raises(ValueError) as wrong:
        is_open([line], "Europe/Stockholm", at("mon 10:00"))
    assert str(wrong.value).startswith(said)


@pytest.mark.parametrize(
    ("day", "hours"), [((2027, 3, 27), 24), ((2027, 3, 28), 23), ((2027, 10, 31), 25)]
)
def test_a_day_is_as_long_as_its_people_live_it(day: tuple[int, int, int], hours: int) -> None:
    noon = datetime(*day, 12, tzinfo=UTC)
    start, end = local_day("Europe/Stockholm", noon)
    assert (end - start).total_seconds() == hours * 3600
    assert start < noon < end


ROLES = ("handler", "responder", "team_lead", "manager", "on_call", "security")
REFS = [f"p{at}" for at in range(12)]
SITES = ("here", "beside", "behind", "far")


def somebody(ref: str) -> st.SearchStrategy[Candidate]:
    return st.builds(
        Candidate,
        ref=st.just(ref),
        site=st.sampled_from(("here", *SITES)),
        area=st.sampled_from((None, "a", "b")),
        floor=st.sampled_from((None, "1", "2")),
        roles=st.frozensets(st.sampled_from(ROLES), min_size=1, max_size=3),
        free=st.sampled_from((Free.FREE, *Free)),
        unit=st.sampled_from(("x", "y")),
        at_home=st.sampled_from((False, False, True)),
    )


LISTS = st.dictionaries(
    st.sampled_from((1, 2, 3)), st.lists(st.sampled_from(REFS), max_size=3).map(tuple)
)
PLACES = st.builds(
    Place,
    site=st.just("here"),
    area=st.sampled_from((None, "a", "b")),
    floor=st.sampled_from((None, "1", "2")),
    open=st.booleans(),
    neighbours=st.sampled_from(((), ("beside",), ("behind", "beside"))),
    roster=LISTS,
    standing=LISTS,
    at_home=st.booleans(),
    unit=st.sampled_from(("x", "y")),
)
PEOPLE = st.lists(st.sampled_from(REFS), unique=True).flatmap(
    lambda refs: st.tuples(*(somebody(ref) for ref in refs)).map(list)
)


@given(place=PLACES, people=PEOPLE)
def test_nobody_stands_in_two_rings_and_the_presser_in_none(
    place: Place, people: list[Candidate]
) -> None:
    found = [one.ref for ring in rings(place, "p0", people).values() for one in ring]
    assert len(found) == len(set(found))
    assert "p0" not in found
    assert set(found) <= {one.ref for one in people}


@given(place=PLACES, people=PEOPLE, shuffled=st.randoms())
def test_the_order_in_which_people_come_changes_nothing(
    place: Place, people: list[Candidate], shuffled: Random
) -> None:
    other = list(people)
    shuffled.shuffle(other)
    assert rings(place, "p0", other) == rings(place, "p0", people)


@given(place=PLACES, people=PEOPLE)
def test_the_free_stand_before_the_busy_and_the_near_before_the_far(
    place: Place, people: list[Candidate]
) -> None:
    for ring in rings(place, "p0", people).values():
        order = [(readiness(one.free), NEAREST[one.near]) for one in ring]
        assert order == sorted(order)


@given(place=PLACES, people=PEOPLE, new=somebody("new"), state=st.sampled_from(list(Free)[1:]))
def test_a_busy_colleague_more_takes_nobody_free_away(
    place: Place, people: list[Candidate], new: Candidate, state: Free
) -> None:
    more = rings(place, "p0", [*people, replace(new, free=state)])
    for number, ring in rings(place, "p0", people).items():
        before = {one.ref for one in ring if one.free is Free.FREE}
        assert before <= {one.ref for one in more[number]}


@given(place=PLACES, people=PEOPLE)
def test_whoever_could_come_is_asked_by_nearness(place: Place, people: list[Candidate]) -> None:
    """Without lists no helper of the site is forgotten, and never a crowd of neighbours."""
    bare = replace(place, roster={}, standing={})
    found = {one.ref: one for ring in rings(bare, "p0", people).values() for one in ring}
    for one in people:
        if one.ref != "p0" and one.site == "here" and one.roles & AT_SITE:
            assert one.ref in found
    near = [one for one in found.values() if one.near is Near.NEIGHBOUR and one.why is Why.NEAR]
    assert len(near) <= MOST_NEIGHBOURS


@given(place=PLACES, people=PEOPLE)
def test_by_nearness_the_first_ring_holds_helpers_only(
    place: Place, people: list[Candidate]
) -> None:
    bare = replace(place, roster={}, standing={}, open=True)
    roles = {one.ref: one.roles for one in people}
    assert all(roles[one.ref] & HELPERS for one in rings(bare, "p0", people)[1])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_who_would_be_asked_and_why(stage: Stage, lisa: Actor, t: Tongue) -> None:
    noon = stage.loop.now()
    assert page(stage, "lisa") == [
        t("Om Lisa trycker nu (plats 14):", "If Lisa presses now (seat 14):"),
        t("Ring 1, direkt", "Ring 1, at once"),
        t("Anna · ledig · samma zon", "Anna · free · same zone"),
        t("Bo · ledig · samma zon", "Bo · free · same zone"),
        t("Ring 2, efter 30 s", "Ring 2, after 30 s"),
        t("Cia · ledig · samma plan", "Cia · free · same floor"),
        t("Kim · ledig · samma plan", "Kim · free · same floor"),
        t("Ring 3, efter 75 s", "Ring 3, after 75 s"),
        t("Eva · ledig · chef i beredskap", "Eva · free · manager on call"),
        t("Farid · ledig · säkerhet", "Farid · free · security"),
    ]
    with stage.machine.engine.sessions() as session:
        for ref in ("bo", "kim", "cia"):
            availability.state(session, ref, "own", State.LUNCH, noon + timedelta(minutes=28))
        availability.state(session, "lisa", "own", State.HOME, noon + timedelta(hours=1))
        session.get_one(Person, "farid").addresses = {}
        session.commit()
    shown = page(stage, "lisa")
    few = t("Färre än två lediga", "Fewer than two free")
    assert any(line.startswith(few) for line in shown)
    for line in (
        t("Om Lisa trycker nu (hemma):", "If Lisa presses now (at home):"),
        t(
            "Bo · lunch till 14:30 · samma kontor: får frågan tyst",
            "Bo · lunch until 14:30 · same office: asked silently",
        ),
        t("Ingen just nu.", "Nobody just now."),
        t(
            "Farid · går inte att nå · säkerhet: får inte frågan nu",
            "Farid · cannot be reached · security: not asked now",
        ),
    ):
        assert line in shown


def page(stage: Stage, ref: str) -> list[str]:
    """What the page says, line by line."""
    card = stage.machine.engine.look("who", ref, stage.loop.now())
    found: list[str] = []
    for block in card.body:
        assert isinstance(block, (Text, Note, Steps))
        found += map(str, block.lines if isinstance(block, Steps) else (block.words,))
    return found


def test_the_page_says_when_it_is_closed_and_names_twelve_of_many(session: Session) -> None:
    evening = turn(session, CASES["an evening: those on call come first"])
    crowd(session, 30)
    shown = who.called_now(evening)
    assert Note(say("who.closed")) in shown.body
    assert Note(say("who.others", count=8 + 30 - 12)) in shown.body
    assert max(len(one.lines) for one in shown.body if isinstance(one, Steps)) == 12


def test_however_many_people_there_are_the_questions_stay_few(session: Session) -> None:
    """A press waits for these: 400 people at one site, a roster for all of them."""
    count, asked_at = 0, at("mon 10:00")

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    crowd(session, 400)
    event.listen(kept(session.get_bind().engine), "before_cursor_execute", counted)
    session.expunge_all()
    found = who.plan(
        Turn(None, asked_at, session, agency(), ["workspace"]),
        "norrby", "alva", "zon A", "plan 1", False,
    )  # fmt: skip
    assert 4 <= count <= 6
    assert sum(len(ring) for ring in found.values()) > 400


def crowd(session: Session, size: int) -> None:
    day = local_day("Europe/Stockholm", at("mon 10:00"))
    for number in range(size):
        ref = f"many{number}"
        facts = {"sv": "plats", "en": "seat"}
        session.add(
            Person(
                ref=ref, name=ref, languages=["sv"], roles=["responder"], unit="U", site="norrby",
                place=facts, area=f"zon {number % 20}", addresses={"workspace": ref},
            )
        )  # fmt: skip
        starts, ends = day
        session.add(RosterSlot(site="norrby", ring=2, person=ref, starts=starts, ends=ends))
        availability.state(session, ref, "own", State.BUSY, ends)
    session.commit()
