"""Comeback: a form that may not be saved as it is stands before the person again, every word in it.

This is the one place where free text enters: the engine asks it about every input of every form,
and about every text that an action carries, whatever the feature.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace

from bot.actions import Action
from bot.cards import Field, Form
from bot.guards import Found, Kind, look, look_at, marked, stops, unmarked
from bot.words import Words, say

KEEP, YES = "guard_keep", "yes"
"""The input by which somebody says: save the phone number or address all the same."""

LONGEST = 3000
"""Characters that a field takes on every platform; a longer text comes back without marks."""

Held = Mapping[str, list[Found]]


def clean(inputs: Mapping[str, str]) -> dict[str, str]:
    """What a handler gets: without our marks and our own question."""
    return {name: unmarked(text) for name, text in inputs.items() if name != KEEP}


def held(inputs: Mapping[str, str], strict: bool, phones: Collection[str] = ()) -> Held:
    """What must be changed first, or asked about; empty where all is well.

    `phones` are the inputs that ask for a phone number.
    """
    looked = look_at(clean(inputs), strict)
    found = {name: slips(many, name in phones) for name, many in looked.items()}
    found = {name: many for name, many in found.items() if many}
    return {} if inputs.get(KEEP) == YES and not stops(found) else found


def slips(found: list[Found], phone: bool) -> list[Found]:
    return [one for one in found if not (phone and one.kind is Kind.PHONE)]


def carries_a_number(happened: Action, strict: bool) -> bool:
    """A text that was typed and not put into a form: nothing of it is kept."""
    values = asdict(happened).values()  # type: ignore[call-overload]
    texts = (value for value in values if isinstance(value, str))
    return any(stops({"": look(text, strict)}) for text in texts)


def again(form: Form | None, happened: Action, inputs: Mapping[str, str], found: Held) -> Form:
    """The same form with what was typed; a feature that declares none gets a plain one."""
    typed = clean(inputs)
    asked = form or Form(say("guard.title"), plain(typed), say("guard.submit"), happened)
    fields = (replace(one, value=filled(one.name, typed, found)) for one in asked.fields)
    more = () if stops(found) else (keep(),)
    return replace(asked, fields=(*fields, *more), note=why(found))


def filled(name: str, typed: Mapping[str, str], found: Held) -> str:
    text = typed.get(name, "")
    shown = marked(text, found.get(name, []))
    return shown if len(shown) <= LONGEST else text


def plain(typed: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(Field(name, label, required=False, long=True) for name, label in labels(typed))


def labels(typed: Mapping[str, str]) -> Iterator[tuple[str, Words]]:
    if len(typed) == 1:
        yield from ((name, say("guard.text")) for name in typed)
        return
    yield from ((name, say("guard.text_of", number=n)) for n, name in enumerate(typed, 1))


def keep() -> Field:
    return Field(KEEP, say("guard.keep"), ((YES, say("guard.anyway")),), required=False)


def why(found: Held) -> Words:
    if stops(found):
        return say("guard.number")
    kinds = {one.kind for many in found.values() for one in many}
    return say(f"guard.{min(kinds)}") if len(kinds) == 1 else say("guard.both")
