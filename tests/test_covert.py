"""The covert scan: no card that a presser can be shown holds a word that betrays.

Every state of a call, both languages, every word set, rendered for Slack and for Teams: every
string that a person may read, the notification and alternative texts too.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.content import Pack
from bot.staff import Site
from handlers.help import cover as help_cover
from storage.help import HelpCall
from tests.stage import Actor, Stage, demo_shelf, texts

PRESSERS = {"folders": "lisa", "copies": "hana"}
HELPERS = {"lisa": "bo", "hana": "ines"}


def pack() -> Pack:
    return demo_shelf().current


def betrays(line: str) -> list[str]:
    return [stem for stem in pack().forbidden if stem in line.casefold()]


def scan(actor: Actor) -> set[str]:
    """Every line on the presser's screen."""
    lines = {*actor.notices, *(line for m in actor.messages() for line in texts(m))}
    assert [(line, betrays(line)) for line in lines if betrays(line)] == []
    return lines


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("word_set", PRESSERS)
def test_no_state_of_a_call_betrays(
    language: str, word_set: str, figure: Callable[[str], None]
) -> None:
    stage = Stage(language, sweep_seconds=30)
    ref = PRESSERS[word_set]
    assert pack().all(Site)[site_of(ref)].cover == word_set
    presser, helper = stage.person(ref), stage.person(HELPERS[ref])
    screens = [scan(presser) for _ in story(stage, presser, helper)]
    different = len(set().union(*screens))
    figure(f"covert scan, {word_set}, {language}: {len(screens)} screens, {different} lines")
    assert len(screens) > 70
    assert different > 100
    stage.close()


def site_of(ref: str) -> str:
    return {"lisa": "ostersund", "hana": "sundsvall"}[ref]


def story(stage: Stage, presser: Actor, helper: Actor) -> Iterator[None]:
    """Through every state that a call has, for each level; a stop after each step."""
    for level in (1, 2, 3):
        yield from one_call(stage, presser, helper, level)
    presser.uses_shortcut(1)
    for higher in (2, 3):
        presser.uses_shortcut(higher)
        yield
    stage.hears(presser.ref, "home.how", "{}")
    stage.hears(presser.ref, "home.not_understood", "{}")
    yield
    for nonsense in ("help.take", "help.due", "no.such"):
        presser.notices += stage.hears(presser.ref, nonsense, '{"call":1}').notices
        yield


def one_call(stage: Stage, presser: Actor, helper: Actor, level: int) -> Iterator[None]:
    call = level * 2 - 1

    def does(who: Actor, what: str, rest: str = "") -> None:
        who.notices += stage.hears(who.ref, what, f'{{"call":{call}{rest}}}').notices

    presser.uses_shortcut(level)
    yield
    for form in ("all", "1", "2", "3", "4", "5", "6", "7", "8", "18", "36"):
        does(presser, "help.form", f',"form":"{form}"')
        yield
    for _ in range(4):  # every rung, exhaustion, a repeat
        stage.forwards()
        yield
    does(presser, "help.call_back")
    yield
    does(helper, "help.take")
    yield
    for _ in range(2):  # silent: asked, and then replaced
        stage.forwards()
        yield
    does(helper, "help.take")
    does(presser, "help.finish", ',"how":"done"')
    yield
    presser.uses_shortcut(level)
    yield
    does(presser, "help.finish", ',"how":"wrong"')
    yield
    presser.uses_shortcut(level)
    does(presser, "help.finish", ',"how":"forced"')
    yield
    does(helper, "help.check")
    yield
    for late in ("help.form", "help.finish", "help.raise", "help.call_back"):
        rest = {"help.form": ',"form":"1"', "help.raise": ',"level":3'}.get(late, "")
        does(presser, late, rest or (',"how":"done"' if late == "help.finish" else ""))
        yield
    call += 1
    presser.uses_shortcut(level)
    does(helper, "help.take")
    does(helper, "help.check")  # met, safe, without a word from the presser
    yield


def test_the_scan_can_see() -> None:
    assert betrays("Ring larmet") == ["larm"]
    assert betrays("Hjälpen kommer") == ["hjälp"]


def test_the_presser_screen_cannot_know_that_the_presser_is_forced() -> None:
    """The module that draws it never reads the fact (I17 by construction)."""
    assert "forced_at" not in Path(help_cover.__file__).read_text("utf-8")
    assert "forced_at" in HelpCall.model_fields
