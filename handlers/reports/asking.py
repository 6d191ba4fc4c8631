"""The questions of a report as cards: one at a time, a tap each, and a way out on every one."""

from bot.cards import Block, Button, Card, Note, Tone
from bot.dialogs import Dialog, Option, Question
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Words, say
from handlers.reports import closing
from handlers.reports.actions import (
    AskAgain,
    Choose,
    ForWhom,
    Mine,
    MoreFactors,
    Onward,
    Park,
    Sight,
)
from handlers.reports.facts import MORE
from handlers.reports.screen import keys, lines, notes, plain
from handlers.reports.taxonomy import FACTORS, Factor, Sighting, dialog
from storage.drafts import Draft

MOST_EXAMPLES = 7


def card(turn: Turn, draft: Draft) -> Card:
    """What stands before the person now: the next question, or the last card."""
    whole = dialog(turn.content)
    asked = whole.next(draft.answers, draft.at)
    if asked is None:
        return closing.card(turn, draft)
    if asked.id == whole.questions[0].id and not draft.answers.get(asked.id):
        return first(turn, draft, asked)
    return question(turn, draft, whole, asked)


def first(turn: Turn, draft: Draft, asked: Question) -> Card:
    """The door: what happened, a risk in one tap, somebody else's event, one's own list."""
    sightings = (
        Button(one.label, Sight(draft.number, one.id))
        for one in turn.content.all(Sighting).values()
    )
    ways = (
        Button(say("reports.behalf"), ForWhom(draft.number)),
        Button(say("reports.mine"), Mine()),
    )
    more = (*lines(say("reports.one_tap")), *keys(*sightings), *keys(*ways))
    buttons = tuple(choice(draft, asked, one) for one in asked.options)
    return plain(turn, asked.ask, danger(turn), buttons, more)


def danger(turn: Turn) -> tuple[Block, ...]:
    """A report never stands between a person and help."""
    white = cover_of(turn.content, turn.person)("level_3")
    return notes(say("reports.danger", level=white))


def question(turn: Turn, draft: Draft, whole: Dialog, asked: Question) -> Card:
    options = asked.open_to(whole.known(draft.answers))
    if asked.several:
        return several(turn, draft, whole, asked, options)
    examples = tuple(Note(example(one)) for one in options[:MOST_EXAMPLES] if one.says)
    buttons = tuple(choice(draft, asked, one) for one in options)
    return plain(turn, asked.ask, examples, buttons, ways_out(draft, whole, asked))


def example(one: Option) -> Words:
    return say("reports.example", label=one.label, says=one.says or "")


def several(
    turn: Turn, draft: Draft, whole: Dialog, asked: Question, options: tuple[Option, ...]
) -> Card:
    """Chips that stay until enough of them are chosen; the less usual ones behind one more tap."""
    chosen = draft.answers.get(asked.id, [])
    known = turn.content.all(Factor)
    usual = [one for one in options if asked.id != FACTORS or known[one.id].first]
    rest = [one for one in options if one not in usual]
    wide = bool(draft.answers.get(MORE)) or any(one.id in chosen for one in rest)
    chips = [chip(draft, asked, one, chosen) for one in (*usual, *(rest if wide else ()))]
    if rest and not wide:
        chips.append(Button(say("reports.more_factors"), MoreFactors(draft.number)))
    done = say("reports.onward") if chosen else asked.none or say("reports.onward")
    onward = Button(done, Onward(draft.number, asked.id), Tone.GOOD)
    return plain(turn, asked.ask, keys(*chips), (onward,), ways_out(draft, whole, asked))


def chip(draft: Draft, asked: Question, one: Option, chosen: list[str]) -> Button:
    """A chosen one carries a tick: no colour means anything alone."""
    label = say("reports.chosen", label=one.label) if one.id in chosen else one.label
    return Button(label, Choose(draft.number, asked.id, one.id))


def choice(draft: Draft, asked: Question, one: Option) -> Button:
    return Button(one.label, Choose(draft.number, asked.id, one.id))


def ways_out(draft: Draft, whole: Dialog, asked: Question) -> tuple[Block, ...]:
    """On every question: stop here, or one step back."""
    before = [one.id for one in whole.asked(draft.answers)]
    place = before.index(asked.id) if asked.id in before else 0
    stop = Button(say("reports.save_now"), Park(draft.number))
    if not place:
        return keys(stop)
    back = Button(say("reports.back"), AskAgain(draft.number, before[place - 1]))
    return keys(stop, back)
