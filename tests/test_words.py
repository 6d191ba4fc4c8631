"""Words: both languages, the reader's own time, plurals and lists."""

from datetime import UTC, date, datetime

import pytest

from bot.words import (
    Both,
    Cover,
    Coverable,
    CoverPhrase,
    CoverText,
    Dictionary,
    Joined,
    Words,
    WordSet,
    join,
    placeholders,
    say,
)

AFTERNOON = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

SV = Dictionary(
    "sv",
    {
        "hello": "Hej {name}",
        "at": "{time}",
        "day": "{time:EEEE d MMMM}",
        "days": {"one": "{count} dag kvar", "other": "{count} dagar kvar"},
        "only_other": {"other": "{count} dagar"},
        "braces": "{{{name}}}",
        "number": "{count}",
    },
    {
        "folders": WordSet(
            {"sent": "{thing} beställd", "taken": "{helper} hämtar {things}"},
            {"thing": "Pärm", "things": "pärmen"},
        )
    },
)
EN = Dictionary(
    "en",
    {
        "hello": "Hello {name}",
        "at": "{time}",
        "day": "{time:EEEE d MMMM}",
        "days": {"one": "{count} day left", "other": "{count} days left"},
        "only_other": {"other": "{count} days"},
        "braces": "{{{name}}}",
        "number": "{count}",
    },
    {
        "folders": WordSet(
            {"sent": "{thing} ordered", "taken": "{helper} fetches {things}"},
            {"thing": "Folder", "things": "the folder"},
        )
    },
)


def both(words: Words, zone: str = "Europe/Stockholm") -> tuple[str, str]:
    return SV.read(words, zone), EN.read(words, zone)


@pytest.mark.parametrize(
    ("zone", "moment", "told"),
    [
        ("Europe/Stockholm", AFTERNOON, "14:02"),
        ("UTC", AFTERNOON, "13:02"),
        ("America/New_York", AFTERNOON, "08:02"),
        ("Asia/Kolkata", AFTERNOON, "18:32"),
        ("Europe/Stockholm", SUMMER, "00:30"),
    ],
)
def test_a_time_is_told_in_the_zone_of_the_reader(zone: str, moment: datetime, told: str) -> None:
    assert both(say("at", time=moment), zone) == (told, told)


def test_a_date_is_told_in_the_language_and_the_zone_of_the_reader() -> None:
    assert both(say("day", time=AFTERNOON)) == ("måndag 23 november", "Monday 23 November")
    assert both(say("day", time=SUMMER)) == ("torsdag 2 juli", "Thursday 2 July")
    assert both(say("day", time=SUMMER), "UTC") == ("onsdag 1 juli", "Wednesday 1 July")


@pytest.mark.parametrize(
    ("count", "sv", "en"),
    [
        (0, "0 dagar kvar", "0 days left"),
        (1, "1 dag kvar", "1 day left"),
        (2, "2 dagar kvar", "2 days left"),
        (101, "101 dagar kvar", "101 days left"),
    ],
)
def test_a_plural_follows_the_number(count: int, sv: str, en: str) -> None:
    assert both(say("days", count=count)) == (sv, en)


def test_a_sentence_without_the_form_uses_the_general_one() -> None:
    assert both(say("only_other", count=1)) == ("1 dagar", "1 days")


def test_a_large_number_is_grouped_as_the_language_does() -> None:
    assert both(say("number", count=12345)) == ("12\xa0345", "12,345")


def test_a_list_is_joined_as_the_language_does() -> None:
    assert both(Joined(("Anna", "Bo", "Cia"))) == ("Anna, Bo och Cia", "Anna, Bo and Cia")
    assert both(Joined(("Anna", "Bo"))) == ("Anna och Bo", "Anna and Bo")
    assert both(Joined(("Anna",))) == ("Anna", "Anna")
    assert both(Joined(())) == ("", "")
    assert join(["a", "b"], "sv") == "a och b"


def test_words_may_hold_words_of_every_kind() -> None:
    names = Joined((Both(sv="Kajsa", en="Catherine"), "Bo", say("number", count=7)))
    assert both(say("hello", name=names)) == ("Hej Kajsa, Bo och 7", "Hello Catherine, Bo and 7")


def test_the_nouns_of_the_word_set_fill_a_cover_phrase() -> None:
    cover = Cover("folders")
    assert both(cover("sent")) == ("Pärm beställd", "Folder ordered")
    taken = cover("taken", helper="Bo")
    assert both(taken) == ("Bo hämtar pärmen", "Bo fetches the folder")


def test_a_cover_text_uses_the_nouns_too() -> None:
    text = CoverText(sv="{thing} klar", en="{thing} done")
    assert both(Cover("folders")(text)) == ("Pärm klar", "Folder done")


def test_a_coverable_line_shows_its_cover_or_its_own_clean_words() -> None:
    cover = CoverText(sv="Fortsätt", en="Go on")
    assert Coverable(sv="Vapen", en="Weapon", cover=cover).covert == cover
    assert Coverable(sv="Lyssna", en="Listen").covert == CoverText(sv="Lyssna", en="Listen")


def test_a_text_of_a_person_is_never_a_pattern() -> None:
    assert SV.read("{name} {0} {time!r}") == "{name} {0} {time!r}"
    assert SV.read(say("hello", name="{name.__class__} {")) == "Hej {name.__class__} {"
    assert SV.read(say("braces", name="x")) == "{x}"


@pytest.mark.parametrize("value", [1.5, True, None, date(2026, 1, 1), ["Anna"], b"Anna", object()])
def test_a_wrong_value_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="a sentence cannot hold"):
        SV.read(say("hello", name=value))


def test_a_missing_value_sentence_or_cover_word_is_an_error_and_never_an_empty_line() -> None:
    wrong: list[Words] = [
        say("hello"),
        say("nobody wrote this"),
        CoverPhrase("folders", "nobody wrote this"),
        CoverPhrase("no such set", "nobody wrote this"),
        say("at"),
    ]
    for words in wrong:
        with pytest.raises(KeyError):
            SV.read(words)


def test_a_word_set_that_is_gone_is_stood_in_for_by_another() -> None:
    """A running call keeps the name of its set; content may be read anew meanwhile."""
    known = SV.read(CoverPhrase("folders", "sent"))
    assert SV.read(CoverPhrase("a set of yesterday", "sent")) == known


def test_the_placeholders_of_a_sentence() -> None:
    assert placeholders("{a} och {b:HH:mm} {{inte}}") == {"a", "b"}
    with pytest.raises(ValueError, match=r"expected '}'|Single"):
        placeholders("{a")
