"""The fields of a case in words. Every card of a case is made from these and from nothing else,
so that what a person may not see cannot slip onto one."""

from collections.abc import Callable, Iterator, Mapping

from bot.staff import Site
from bot.turn import Turn
from bot.words import Both, Joined, Words, say
from handlers.colleagues import name_of
from handlers.reports import taxonomy
from handlers.reports.taxonomy import Channel, Factor, Felt, Kind
from storage.cases import Case

SHORT = frozenset({"kind", "channel", "when", "unit", "severity", "exposed", "called"})
"""What stands on the card that tells of a case."""

Told = Callable[[Turn, Case], Words | None]


def what(turn: Turn, case: Case) -> Words:
    return taxonomy.label(turn.content, Kind, case.kind)


def kinds(turn: Turn, case: Case) -> Words:
    return Joined(tuple(taxonomy.label(turn.content, Kind, one) for one in (case.kind, *case.also)))


def channel(turn: Turn, case: Case) -> Words | None:
    return taxonomy.label(turn.content, Channel, case.channel) if case.channel else None


def when(_: Turn, case: Case) -> Words:
    return say("reports.a_time" if case.exact else "reports.a_day", time=case.happened_at)


def site(turn: Turn, case: Case) -> Words:
    found = turn.content.all(Site).get(case.site)
    return found.name if found else case.site


def unit(turn: Turn, case: Case) -> Words:
    return case.unit or site(turn, case)


def place(_: Turn, case: Case) -> Words | None:
    return Both(**case.place) if case.place else None


def severity(_: Turn, case: Case) -> Words:
    name = say(f"reports.levels.{case.severity}")
    return say("reports.level_is", level=case.severity, name=name)


def status(_: Turn, case: Case) -> Words:
    return say(f"cases.status.{case.status.value}")


def effect(turn: Turn, case: Case) -> Words | None:
    return taxonomy.label(turn.content, Felt, case.effect.value) if case.effect else None


def factors(turn: Turn, case: Case) -> Words | None:
    found = tuple(taxonomy.label(turn.content, Factor, one) for one in case.factors)
    return Joined(found) if found else None


def reporter(turn: Turn, case: Case) -> Words | None:
    return name_of(turn, case.reporter) if case.reporter else say("cases.nobody_knows")


def exposed(turn: Turn, case: Case) -> Words | None:
    return name_of(turn, case.exposed) if case.exposed else None


def owner(turn: Turn, case: Case) -> Words:
    names = {"owner": name_of(turn, case.owner), "deputy": name_of(turn, case.deputy)}
    return say("cases.owner_and_deputy", **names)


def called(_: Turn, case: Case) -> Words | None:
    if case.called_112 is None:
        return None
    return say("reports.called_yes" if case.called_112 else "reports.called_no")


FIELDS: Mapping[str, Told] = {
    "kind": kinds,
    "severity": severity,
    "exposed": exposed,
    "channel": channel,
    "when": when,
    "unit": unit,
    "place": place,
    "site": site,
    "effect": effect,
    "factors": factors,
    "called": called,
    "helper": lambda turn, case: name_of(turn, case.helper) if case.helper else None,
    "words": lambda _, case: case.words,
    "evidence": lambda _, case: case.evidence,
    "source": lambda _, case: case.source,
    "reporter": reporter,
    "owner": owner,
    "status": status,
}
"""In the order in which they are read."""


def pairs(turn: Turn, case: Case, may: frozenset[str]) -> Iterator[tuple[Words, Words]]:
    """The fields that may be seen and that are known, with their names."""
    for name, told in FIELDS.items():
        if name in may and (words := told(turn, case)):
            yield say(f"cases.field.{name}"), words
