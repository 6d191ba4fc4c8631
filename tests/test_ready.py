"""Ready, once live: staff come and go, nobody is kept from pressing, administrators are told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

import handlers
from bot import last_pack
from bot.content import ContentError
from handlers.ready import Look
from storage import ready as store
from storage.people import Person
from storage.ready import go_live, live
from storage.timers import Timer
from tests.conftest import Tongue
from tests.databases import fresh_url
from tests.slack.actor import slack_id
from tests.slack.agency import SECRET, agency, populate
from tests.slack.fake import FakeSlack
from tests.slack.hands import Hands
from tests.stage import Actor, Stage
from tests.test_operations import MEASURES
from tests.test_serving_slack import Serving

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def admin(stage: Stage) -> Actor:
    return stage.person("ivar")


@pytest.fixture
def live_stage(stage: Stage) -> Stage:
    with stage.machine.engine.sessions() as session:
        go_live(session, stage.loop.now())
        session.commit()
    return stage


def looks(stage: Stage) -> None:
    """The hour has passed."""
    with stage.machine.engine.sessions() as session:
        now = stage.loop.now()
        session.merge(Timer(key="ready:look", due=now, wire_name=Look.wire_name, payload="{}"))
        session.commit()
    stage.run(woken(stage))
    stage.passes(seconds=1)


async def woken(stage: Stage) -> None:
    stage.machine.look()


def change(stage: Stage, ref: str, how: Callable[[Person], None]) -> None:
    with stage.machine.engine.sessions() as session:
        how(session.get_one(Person, ref))
        session.commit()


def deputy(ref: str | None) -> Callable[[Person], None]:
    def how(person: Person) -> None:
        person.deputy = ref

    return how


def row(stage: Stage) -> store.Live:
    with stage.machine.engine.sessions() as session:
        found = live(session)
        assert found
        return found


def missing(stage: Stage) -> float:
    (one,) = [each for each in MEASURES if each.name == "staff_missing"]
    with stage.machine.engine.sessions() as session:
        return one.read(session, stage.loop.now())


@BOTH
def test_who_keeps_order_is_told_once_what_is_missing_and_that_it_is_in_place_again(
    live_stage: Stage, admin: Actor, t: Tongue
) -> None:
    stage = live_stage
    looks(stage)
    lacks = t("Något saknas för skarp drift (1)", "Something is missing for real use (1)")
    admin.does_not_see(lacks)
    assert missing(stage) == 0
    change(stage, "eva", deputy(None))
    looks(stage)
    admin.sees(lacks)
    admin.sees(t("Eva (on_call) har ingen ersättare", "Eva (on_call) has no deputy"))
    assert missing(stage) == 1
    stage.passes(hours=3)
    assert sum(lacks in line for line in admin.lines()) == 2  # one message, on both platforms
    change(stage, "eva", deputy("dag"))
    looks(stage)
    admin.sees(t("Allt är på plats igen", "Everything is in place again"))
    admin.does_not_see(lacks)
    assert missing(stage) == 0


def test_one_who_presses_reads_nothing_of_it_at_the_desk(live_stage: Stage, admin: Actor) -> None:
    jonna = live_stage.person("jonna")
    change(live_stage, "eva", deputy(None))
    looks(live_stage)
    admin.presses("Kopia två")
    live_stage.passes(seconds=1)
    admin.does_not_see("Något saknas")
    jonna.presses("Jag tar")
    jonna.presses("Har träffat Ivar, tryggt")
    live_stage.passes(seconds=1)
    admin.sees("Något saknas")


def test_what_was_put_in_order_meanwhile_is_read_after_the_call(
    live_stage: Stage, admin: Actor
) -> None:
    jonna = live_stage.person("jonna")
    change(live_stage, "eva", deputy(None))
    looks(live_stage)
    admin.presses("Kopia två")
    change(live_stage, "eva", deputy("dag"))
    looks(live_stage)
    admin.does_not_see("Allt är på plats igen")
    jonna.presses("Jag tar")
    jonna.presses("Har träffat Ivar, tryggt")
    live_stage.passes(minutes=2)
    admin.sees("Allt är på plats igen")
    admin.does_not_see("Något saknas")


def test_where_nobody_keeps_order_those_who_lead_are_told(live_stage: Stage) -> None:
    eva = live_stage.person("eva")

    def nobody(person: Person) -> None:
        person.roles = [role for role in person.roles if role != "admin"]

    change(live_stage, "ivar", nobody)
    looks(live_stage)
    eva.sees("Ingen har rollen admin.")


def test_before_going_live_nobody_is_told_of_anything(stage: Stage, admin: Actor) -> None:
    change(stage, "eva", deputy(None))
    looks(stage)
    admin.does_not_see("Något saknas")


@dataclass
class Live:
    """An agency that went live once: the bot was started for real, and stopped."""

    folder: Path
    pack: Path
    slack: FakeSlack
    url: str

    async def begins(self) -> "Live":
        await self.slack.start()
        populate(self.slack, self.pack)
        bot = await self.starts()
        assert await bot.stops() == (0, "")
        return self

    async def starts(self) -> Serving:
        return await Serving().start(self.folder, self.slack, self.pack, self.url)

    async def is_pressed(self, bot: Serving) -> None:
        """Lisa presses, and Bo reads it."""
        hands = Hands(self.slack, ClientSession(), SECRET, bot.slack.split()[-1])
        async with hands.session, asyncio.timeout(10):
            await hands.shortcut(slack_id("lisa"), "shortcut_3")
            while "L3 · Lisa" not in str(self.slack.memory.channels["D0BO"]):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def lived(tmp_path: Path) -> AsyncIterator[Live]:
    found = Live(tmp_path, agency(tmp_path), FakeSlack(), fresh_url(tmp_path))
    yield await found.begins()
    await found.slack.stop()


async def test_a_bot_that_has_been_live_starts_again_after_a_change_of_staff(lived: Live) -> None:
    """A deputy is left out of a list, then the machine restarts: whoever is there can press."""
    for file in (lived.pack / "people").iterdir():
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(one for one in lines if "deputy:" not in one), "utf-8")
    bot = await lived.starts()
    await lived.is_pressed(bot)
    code, errors = await bot.stops()
    assert code == 0
    assert "missing for real use: Eva (on_call) has no deputy" in errors


async def test_a_mistake_in_the_content_and_a_restart_leave_a_bot_that_can_be_pressed(
    lived: Live,
) -> None:
    (lived.pack / "sites" / "ostersund.yaml").unlink()
    bot = await lived.starts()
    told = await asked(bot.page.split()[6])
    await lived.is_pressed(bot)
    code, errors = await bot.stops()
    assert code == 0
    assert "agency/people/ostersund.yaml" in errors
    assert "the bot goes on with its last whole pack" in errors
    assert told["content"].endswith("an older pack is in use")


async def asked(url: str) -> dict[str, str]:
    async with ClientSession() as http, http.get(url) as answer:
        found: dict[str, str] = await answer.json()
        return found


def test_the_kept_pack_is_the_new_one_or_the_old_one_and_trouble_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pack, kept = tmp_path / "pack", tmp_path / "kept"
    for said in "one", "two":
        pack.mkdir(exist_ok=True)
        (pack / "word").write_text(said, "utf-8")
        last_pack.keep(pack, kept)
        assert (kept / "word").read_text("utf-8") == said
        assert sorted(each.name for each in tmp_path.iterdir()) == ["kept", "pack"]
    last_pack.keep(tmp_path / "nowhere", kept)
    assert (kept / "word").read_text("utf-8") == "two"
    assert "no copy of the content can be kept" in caplog.text
    kept.rename(tmp_path / "kept.old")  # killed between the two renames
    (pack / "word").write_text("[", "utf-8")
    last_pack.keep(tmp_path / "nowhere", kept)
    assert last_pack._there(kept)
    assert (kept / "word").read_text("utf-8") == "two"


def test_where_the_kept_pack_does_not_do_either_the_mistakes_of_the_pack_are_told(
    tmp_path: Path,
) -> None:
    """It is of an older release: what is to be repaired stands in the pack."""
    for name in "pack", "kept":
        (tmp_path / name / "sites").mkdir(parents=True)
        (tmp_path / name / "sites" / "here.yaml").write_text("name: [", "utf-8")
    with pytest.raises(ContentError) as told:
        last_pack.shelf(tmp_path / "pack", tmp_path / "kept", handlers.ALL, ())
    assert {one.file.parent.parent.name for one in told.value.problems} == {"pack"}
