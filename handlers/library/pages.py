"""The pages of the library: as colleagues read them, and as a presser may see them."""

from bot.cards import (
    Button,
    Card,
    CoverBlock,
    CoverButton,
    CoverCard,
    CoverLine,
    CoverNote,
    Keys,
    Note,
    Text,
    Tone,
)
from bot.effects import Effects, Show
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Cover, Words, say
from handlers.dialogues import DIALOGUE_CARD, draw_buttons
from handlers.guidance import Guidance, covert_today, foot, in_order, lines_today
from handlers.library.actions import BackToFound, Browse, Group, ReadCard, WriteLine
from storage import help_calls as calls
from storage.library import Reading

GROUPS: tuple[Group, ...] = ("now", "site", "after", "lead", "prevent")


def page(turn: Turn, reading: Reading) -> Show:
    """What stands open before a person; whoever presses now sees cover words only."""
    cover = cover_of(turn.content, turn.person)
    pressing = reading.person in calls.pressers(turn.session)
    card = covered(turn, reading, cover) if pressing else read(turn, reading, cover)
    return Show(slot(reading), reading.person, card)


def slot(reading: Reading) -> str:
    return f"library:{reading.person}:{reading.place}"


def put_away(turn: Turn, reading: Reading) -> Effects:
    """The message that is left behind: nothing to read in it."""
    cover = cover_of(turn.content, turn.person)
    return [Show(slot(reading), reading.person, CoverCard(cover("cards_away"), cover("preview")))]


def read(turn: Turn, reading: Reading, cover: Cover) -> Card:
    cards = turn.content.all(Guidance)
    if reading.card in cards:
        return one(turn, reading, cards[reading.card], cover)
    found = [cards[id] for id in reading.found if id in cards]
    if found:
        return results(reading, found, cover)
    return group(turn, reading, cover) if reading.group else groups(reading, cover)


def groups(reading: Reading, cover: Cover) -> Card:
    write = Button(say("library.write"), WriteLine(reading.place), Tone.GOOD)
    keys = tuple(_group_button(reading, name) for name in GROUPS)
    body = (Text(say("library.about_what")), Keys((write,)), Note(say("library.or_choose")))
    return Card(say("library.title"), cover("preview"), (*body, Keys(keys)))


def group(turn: Turn, reading: Reading, cover: Cover) -> Card:
    cards = [card for card in in_order(turn.content) if card.group == reading.group]
    keys = Keys(tuple(_card_button(reading, card) for card in cards))
    back = Button(say("library.all"), Browse(reading.place, ""))
    return Card(_group_name(reading.group), cover("preview"), (keys,), (back,))


def results(reading: Reading, found: list[Guidance], cover: Cover) -> Card:
    """The best three; whoever meant to press and wrote is told how, first."""
    keys = Keys(tuple(_card_button(reading, card) for card in found))
    body = (Text(cover("not_understood")), Note(say("library.these")), keys)
    back = Button(say("library.all"), Browse(reading.place, ""))
    return Card(say("library.title"), cover("preview"), body, (back,))


def one(turn: Turn, reading: Reading, card: Guidance, cover: Cover) -> Card:
    extra = draw_buttons() if card.id == DIALOGUE_CARD else ()
    body = (*lines_today(turn, card), Note(foot(turn.content, card)))
    return Card(card.title, cover("preview"), body, (*extra, *_back(reading, card)))


def _back(reading: Reading, card: Guidance) -> tuple[Button, ...]:
    if reading.found:
        return (Button(say("library.back"), BackToFound(reading.place)),)
    return (
        Button(_group_name(card.group), Browse(reading.place, card.group)),
        Button(say("library.all"), Browse(reading.place, "")),
    )


def _group_button(reading: Reading, name: Group) -> Button:
    return Button(_group_name(name), Browse(reading.place, name))


def _group_name(name: str) -> Words:
    return say(f"library.group_{name}")


def _card_button(reading: Reading, card: Guidance) -> Button:
    return Button(card.title, ReadCard(reading.place, card.id))


def covered(turn: Turn, reading: Reading, cover: Cover) -> CoverCard:
    """The same in cover words: numbers and hints, and only cards that a desk may read."""
    cards = [card for card in in_order(turn.content) if card.desk]
    chosen = next((card for card in cards if card.id == reading.card), None)
    all_of_them = CoverButton(cover("more_forms"), Browse(reading.place, ""))
    if chosen is not None:
        title, lines = cover("form", number=chosen.id), covert_today(turn, chosen, cover)
        return CoverCard(title, cover("preview"), lines, (all_of_them,))
    found = [card for card in cards if card.id in reading.found]
    found.sort(key=lambda card: reading.found.index(card.id))
    first: tuple[CoverBlock, ...] = (CoverNote(cover("not_understood")),) if found else ()
    listed = found or cards
    named = tuple(
        CoverLine(cover("form_line", number=card.id, hint=cover(card.hint))) for card in listed
    )
    buttons = tuple(
        CoverButton(cover("form", number=card.id), ReadCard(reading.place, card.id))
        for card in listed
    )
    more = (all_of_them,) if found else ()
    return CoverCard(cover("forms"), cover("preview"), (*first, *named), (*buttons, *more))
