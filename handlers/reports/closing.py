"""The last card of a report: all the answers, who receives it, and who may know who wrote it."""

from bot.cards import Block, Button, Card, Facts, Text, Tone
from bot.turn import Turn
from bot.words import Joined, Words, say
from handlers.colleagues import name_of
from handlers.reports import facts
from handlers.reports.actions import (
    About,
    AskAgain,
    ChooseReceiver,
    FinishDraft,
    Nameless,
    Park,
    Resume,
    Send,
    Throw,
    WhichToCorrect,
    Write,
)
from handlers.reports.facts import BEHALF, CALLED, HELPER, SOURCE
from handlers.reports.receivers import Receivers
from handlers.reports.screen import keys, lines, notes, plain
from handlers.reports.taxonomy import CHANNEL, EFFECT, GROUP, KIND, SAFE, TIME, WHERE, dialog
from storage.case_life import Behalf
from storage.drafts import Draft
from storage.people import known

FINER = {GROUP: KIND, WHERE: CHANNEL, SAFE: EFFECT}
"""Answers that say less than another one, and so need not be read twice."""


def card(turn: Turn, draft: Draft) -> Card:
    to = facts.received_by(turn, draft)
    if to.choices:
        return choose_receiver(turn, draft, to)
    body = (summary(turn, draft, to), *who_may_know(turn, draft, to))
    return plain(turn, say("reports.ready"), body, sending(draft), ways(turn, draft, to))


def summary(turn: Turn, draft: Draft, to: Receivers | None) -> Facts:
    """Every answer in words, as the person gave it."""
    pairs = list(answers(turn, draft))
    pairs += beside(turn, draft)
    if to is not None:
        level = facts.facts(turn, draft).severity
        pairs.append((say("reports.level"), level_words(level)))
        pairs.append((say("reports.receiver"), name_of(turn, to.owner)))
    return Facts(tuple(pairs))


def answers(turn: Turn, draft: Draft) -> tuple[tuple[Words, Words], ...]:
    """Without the coarse answer where there is a finer one, and with the time itself."""
    whole = dialog(turn.content)
    known, time = whole.known(draft.answers), whole.question(TIME).short
    coarse = {whole.question(one).short for one, finer in FINER.items() if finer in known}
    return tuple(
        (name, when(draft) if name == time and draft.happened_at else words)
        for name, words in whole.told(draft.answers)
        if name not in coarse
    )


def when(draft: Draft) -> Words:
    return say("reports.a_time" if draft.exact else "reports.a_day", time=draft.when)


def beside(turn: Turn, draft: Draft) -> list[tuple[Words, Words]]:
    """What is known without having been asked, and what was written."""
    said = draft.answers
    pairs: list[tuple[Words, Words]] = []
    if said.get(BEHALF, Behalf.SELF) != Behalf.SELF and facts.exposed(draft):
        pairs.append((say("reports.exposed"), name_of(turn, facts.exposed(draft))))
    if said.get(HELPER):
        pairs.append((say("reports.helper"), name_of(turn, said[HELPER])))
    if CALLED in said:
        key = "called_yes" if said[CALLED] else "called_no"
        pairs.append((say("reports.called"), say(f"reports.{key}")))
    for key, text in (
        ("wrote", draft.words),
        ("source", said.get(SOURCE)),
        ("evidence", draft.evidence),
    ):
        if text:
            pairs.append((say(f"reports.{key}"), str(text)))
    return pairs


def level_words(level: int) -> Words:
    return say("reports.level_is", level=level, name=say(f"reports.levels.{level}"))


def who_may_know(turn: Turn, draft: Draft, to: Receivers) -> tuple[Block, ...]:
    owner = name_of(turn, to.owner)
    told = [
        say("reports.named_says"),
        say("reports.manager_says", name=owner),
        say("reports.anonymous_says"),
    ]
    kept = Joined(tuple(name_of(turn, ref) for ref in facts.about(draft)))
    if kept.parts:
        told.append(say("reports.kept", names=kept))
    manages = "manager" in turn.person.roles and facts.exposed(draft) == turn.person.ref
    title = lines(say("reports.you_manage", name=owner)) if manages else ()
    return (*title, *notes(*told))


def sending(draft: Draft) -> tuple[Button, ...]:
    return (
        Button(say("reports.named"), Send(draft.number, "named")),
        Button(say("reports.manager"), Send(draft.number, "manager")),
        Button(say("reports.anonymous"), Nameless(draft.number)),
    )


def ways(turn: Turn, draft: Draft, to: Receivers) -> tuple[Block, ...]:
    buttons = [
        Button(say("reports.write_line"), Write(draft.number)),
        Button(say("reports.correct"), WhichToCorrect(draft.number)),
        Button(say("reports.save_now"), Park(draft.number)),
    ]
    owner = known(turn.session, to.owner)
    if owner and may_be_about(owner.roles):
        label = say("reports.about_boss", name=owner.name)
        buttons.append(Button(label, About(draft.number, owner.ref)))
    return keys(*buttons)


def may_be_about(roles: list[str]) -> bool:
    return "manager" in roles or "upper_manager" in roles


def choose_receiver(turn: Turn, draft: Draft, to: Receivers) -> Card:
    """The line itself is concerned: the person says who receives it."""
    kept = Joined(tuple(name_of(turn, ref) for ref in facts.about(draft)))
    buttons = tuple(
        Button(role_and_name(turn, ref), ChooseReceiver(draft.number, ref)) for ref in to.choices
    )
    stop = Button(say("reports.save_now"), Park(draft.number))
    body = (Text(say("reports.kept", names=kept)),) if kept.parts else ()
    return plain(turn, say("reports.choose_receiver"), body, buttons, keys(stop))


def role_and_name(turn: Turn, ref: str) -> Words:
    found = known(turn.session, ref)
    roles = found.roles if found else []
    role = next((one for one in ("hr", "security", "safety_rep") if one in roles), "other")
    return say("reports.role_name", role=say(f"reports.roles.{role}"), name=name_of(turn, ref))


def which(turn: Turn, draft: Draft) -> Card:
    """Every answer as a button: the one that is pressed is asked again."""
    whole = dialog(turn.content)
    asked = [one for one in whole.asked(draft.answers) if one.id in draft.answers]
    buttons = tuple(Button(one.short, AskAgain(draft.number, one.id)) for one in asked)
    return plain(turn, say("reports.correct_which"), (summary(turn, draft, None),), buttons)


def parked(turn: Turn, draft: Draft) -> Card:
    """Saved: the person may stop here, and it is easy to go on."""
    finish = Button(say("reports.as_it_is"), FinishDraft(draft.number))
    buttons = (
        Button(say("reports.go_on"), Resume(draft.number), Tone.GOOD),
        *((finish,) if draft.answers else ()),
        Button(say("reports.throw"), Throw(draft.number)),
    )
    body = (summary(turn, draft, None),) if answers(turn, draft) else ()
    return plain(turn, say("reports.partial"), body, buttons)
