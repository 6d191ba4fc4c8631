"""Content: what a pack says, and how its mistakes are told."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot import staff
from bot.content import ContentError, Pack, Seconds, Shelf, load
from bot.content.marks import Tree
from bot.content.texts import Written, check_texts
from bot.features import Complaint
from bot.words import Both, Cover, Coverable, CoverText, placeholders, say

PACKS = Path(__file__).parent


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Step(Strict):
    text: Both
    warn: bool = False


class Line(Strict):
    says: Coverable


class Escalation(Strict):
    after: Seconds
    to: Literal["colleague", "manager"]


class Card(Strict):
    title: Both
    covert: CoverText | None = None
    review_by: date = date(2027, 1, 1)
    opens: str = ""
    escalate: list[Escalation] = []
    steps: list[Step] = []


class Item(Strict):
    id: str
    label: Both | str
    count: int = Field(default=1, ge=1, le=9)


SHAPES: dict[str, type[BaseModel]] = {"cards": Card, "items": Item, "lines": Line}
Write = Callable[..., Path]
Mistakes = Callable[[str, str], list[str]]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files of a pack, named by keyword "folder/file"; gives the pack."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str], pack: str = "pack") -> Path:
        root = tmp_path / pack
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture
def mistakes(write: Write) -> Mistakes:
    """What is told about a pack of one file: "line:column: text"."""

    def mistakes(name: str, text: str) -> list[str]:
        with pytest.raises(ContentError) as wrong:
            load([write({name: text})], SHAPES)
        return [f"{each.line}:{each.column}: {each.text}" for each in wrong.value.problems]

    return mistakes


def test_a_pack_speaks_both_languages() -> None:
    pack = load([PACKS / "content_good"], SHAPES)
    swedish, english = pack.dictionaries["sv"], pack.dictionaries["en"]
    assert swedish.read(say("help.taken.title", helper="Bo")) == "Bo tar det"
    assert english.read(say("help.near", count=1)) == "One colleague is near"
    assert english.read(say("help.near", count=3)) == "3 colleagues are near"
    assert swedish.read(Cover("forms")("sent")) == "Blankett 12 är skickad"
    assert pack.word_sets == ("forms", "rooms")
    assert pack.forbidden == ("hjälp", "larm", "help", "alarm")


def test_values_keep_what_was_written() -> None:
    pack = load([PACKS / "content_good"], SHAPES)
    card = pack.all(Card)["threat"]
    assert card.opens == "8:30"
    assert card.review_by == date(2027, 3, 1)
    assert [step.after for step in card.escalate] == [20, 180]
    assert [step.warn for step in card.steps] == [True, False]
    assert list(pack.all(Item)) == ["alarm", "headset", "phone"]
    assert pack.all(Step) == {}


def test_the_demo_is_a_pack_of_its_own_over_the_base() -> None:
    base = PACKS / "content_good"
    pack = load([base, base / "demo"], SHAPES)
    items = pack.all(Item)
    assert (items["headset"].label, items["phone"].label) == ("The demo's headset", "Phone")
    assert pack.dictionaries["en"].read(say("help.near", count=2)) == "2 are near"
    assert pack.dictionaries["en"].read(say("help.taken.title", helper="Bo")) == "Bo takes it"
    assert pack.dictionaries["en"].read(Cover("forms")("sent")) == "Form 12 is in the demo"
    assert pack.dictionaries["en"].read(Cover("forms")("seen")) == "Form 12 is read"


def complain(pack: Pack) -> Iterator[Complaint]:
    for name, card in pack.all(Card).items():
        if card.opens == "never":
            yield Card, name, ("opens",), "it must open some day"


def test_every_mistake_of_every_file_comes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PACKS)
    with pytest.raises(ContentError) as wrong:
        load([Path("content_bad")], SHAPES, [complain])
    told = (PACKS / "content_bad" / ".told.txt").read_text(encoding="utf-8")
    assert str(wrong.value) + "\n" == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: A: b", '1:9: mapping values are not allowed in this context – put the text in "q'),
        ("a:\n\t- b", "2:1: found character that cannot start any token – use spaces, not the tab"),
        (
            'a: "b\nc: d',
            "1:4: found unexpected end of stream – a closing quotation mark is missing",
        ),
        ("a: {b} c", "1:8: did not find expected key – are all lines equally far in? Put a text"),
        ("a: *b", '1:4: a text that begins with * must stand in "quotes"'),
        ("a: &b [*b]", '1:8: a text that begins with * must stand in "quotes"'),
        ("---\na: b\n---\nc: d", "3:1: but found another document – keep what stands above"),
        ("a: b\x07", "1:5: a character that nobody can see stands here; delete it"),
        ("[" * 10_000, "1:31: too many lists inside lists"),
        ("{[a]: b, title: {sv: a, en: b}}", "1:2: a name must be one word, not a list or a map"),
        ("# only a remark", "1:1: nothing is written in this file; write something or delete it"),
    ],
)
def test_a_slip_of_yaml_is_told_with_a_hint(mistakes: Mistakes, text: str, told: str) -> None:
    assert mistakes("cards/a.yaml", text)[0].startswith(told)


TITLE = "title: {sv: Hot, en: Threat}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "1:1: “title” is missing here"),
        ("- a", "1:3: every item of this list needs an “id”"),
        (
            "hello",
            "1:1: write {title: …, covert: …, review_by: …, opens: …, escalate: …, steps: …} ",
        ),
        (TITLE + "titel: x", "2:1: unknown word “titel” – did you mean “title”?"),
        (TITLE + "title: {sv: a, en: b}", "2:1: “title” is written twice; the first is on line 1"),
        ("title: {sv: Hot}", "1:8: “en” is missing here"),
        ("title: {sv: Hot, en: ' '}", "1:22: this text is empty"),
        ("title:\n  sv: Hot\n  en:\n", "3:6: nothing is written here; write one text here"),
        ("title: {sv: '{a} ', en: b}", "1:13: “{a}” would be read as it stands; write this text"),
        ("title: {sv: 'a {', en: b}", "1:13: a bracket { or } stands alone; brackets are pairs"),
        ("title: {sv: '{0}', en: '{0}'}", "1:13: write one name between { and }"),
        ("title: {sv: {name}, en: b}", '1:13: write one text here, in "quotes" when it begins wit'),
        (TITLE + "review_by: 2027-13-01", "2:12: write a date such as 2027-03-01 (it says “2027-"),
        (TITLE + "escalate: soon", "2:11: write a list, each line beginning with “- ” (it says “s"),
        (TITLE + "escalate: [{after: 3 min, to: manager}]", "2:20: write a number and s, m or h"),
        (TITLE + "escalate: [{after: 3m, to: boss}]", "2:28: choose colleague or manager (it says"),
        (
            TITLE + "steps: [{text: {sv: a, en: b}, warn: so}]",
            "2:38: write yes or no (it says “so”",
        ),
        (
            TITLE + "steps: [{text: {sv: a, en: b, fi: c}}]",
            "2:31: unknown word “fi” – allowed: sv,",
        ),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(mistakes: Mistakes, text: str, told: str) -> None:
    assert mistakes("cards/a.yaml", text)[0].startswith(told)


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("{id: a, label: x, count: many}", "write a whole number (it says “many”)"),
        ("{id: a, label: x, count: 0}", "write 1 or more (it says “0”)"),
        ("{id: a, label: {sv: x}}", "“en” is missing here"),
        ("{id: a, label: [x]}", "write {sv: …, en: …} or write one text here"),
        ("{label: x}", "every item of this list needs an “id”"),
    ],
)
def test_one_slip_is_told_once(mistakes: Mistakes, item: str, told: str) -> None:
    (only,) = mistakes("items/a.yaml", f"- {item}")
    assert told in only


def test_an_id_may_be_used_once_in_a_pack(write: Write) -> None:
    pack = write({"items/a.yaml": "- {id: x, label: a}", "items/b.yaml": "id: x\nlabel: b"})
    with pytest.raises(ContentError) as wrong:
        load([pack], SHAPES)
    assert [str(each).splitlines()[0] for each in wrong.value.problems] == [
        "pack/items/b.yaml:1:5: “x” is already in pack/items/a.yaml, line 1"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: Hello", "1:8: write {sv: …, en: …} (it says “Hello”)"),
        ("a: {b: {sv: x}}", "1:8: “en” is missing here"),
        ("a: {svv: x, en: y}", "1:5: unknown word “svv” – did you mean “sv”?"),
        ("a: {sv: {one: x}, en: y}", "1:9: “other” is missing here"),
        ("a: {sv: '{a} ', en: b}", "1:21: “{a}” is missing here; the text beside it has it"),
        ("a: {sv: {one: x, other: y}, en: '{count}'}", "1:25: “{count}” is missing here; the text"),
    ],
)
def test_a_sentence_needs_both_languages(mistakes: Mistakes, text: str, told: str) -> None:
    assert any(each.startswith(told) for each in mistakes("words/help.yaml", text))


FORBIDDEN = {"cover/forbidden.yaml": "words: [hjälp, help]"}
SAID = "must not be read at the desk; say it in other words"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cover/forms.yaml", "words: {a: {sv: Mer HJÄLPMEDEL, en: More}}"),
        ("cover/forms.yaml", "nouns: {a: {sv: Mer, en: Helpful}}"),
        ("words/common.yaml", "a: {sv: Hja\u0308lp, en: More}"),
        ("words/common.yaml", "a: {sv: {one: Mer, other: Hjälp}, en: More}"),
        ("cards/a.yaml", TITLE + "covert: {sv: Mer, en: Get help}"),
    ],
)
def test_no_forbidden_word_is_read_at_the_desk(write: Write, name: str, text: str) -> None:
    with pytest.raises(ContentError, match=SAID):
        load([write({**FORBIDDEN, name: text})], SHAPES)


@pytest.mark.parametrize(
    ("says", "column"),
    [
        ("{sv: Andas, en: Get help}", 23),
        ("{sv: Andas, en: Get help, cover: {sv: Andas, en: No help}}", 56),
    ],
)
def test_a_line_is_clean_or_its_cover_is(write: Write, says: str, column: int) -> None:
    with pytest.raises(ContentError, match=rf"a\.yaml:1:{column}: “help” {SAID}"):
        load([write({**FORBIDDEN, "lines/a.yaml": f"says: {says}"})], SHAPES)


def test_a_covered_line_may_say_what_it_means(write: Write) -> None:
    says = "says: {sv: Hjälp, en: Help, cover: {sv: Blankett, en: Form}}"
    pack = load([write({**FORBIDDEN, "lines/a.yaml": says})], SHAPES)
    assert pack.all(Line)["a"].says.covert.en == "Form"


def test_forbidden_words_of_any_pack_bind_every_pack(write: Write) -> None:
    base = write({**FORBIDDEN, "words/common.yaml": "a: {sv: Blått, en: Blue}"})
    green = write({"cover/forbidden.yaml": "words: [green]"}, pack="green")
    assert load([base, green], SHAPES).forbidden == ("hjälp", "help", "green")
    blue = write({"cover/forbidden.yaml": "words: [blue]"}, pack="blue")
    with pytest.raises(ContentError, match=f"“blue” {SAID}"):
        load([base, blue], SHAPES)


BASE = {
    "words/help.yaml": "taken: {sv: '{name} kl {time}', en: '{name} at {time}'}\n"
    "near: {sv: {one: En, other: '{count} till'}, en: {one: One, other: '{count} more'}}\n"
    "bare: {sv: Nej, en: No}",
    "cover/forms.yaml": "nouns: {form: {sv: Blankett, en: Form}}\n"
    "words: {taken: {sv: '{name} kommer', en: '{name} comes'}}",
}
NOT_KNOWN = "is not known in this sentence"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "words/help.yaml",
            "taken: {sv: '{nmae}', en: '{nmae}'}",
            [f"“{{nmae}}” {NOT_KNOWN} – did you mean “{{name}}”?"] * 2,
        ),
        (
            "words/help.yaml",
            "taken: {sv: '{nmae}', en: '{name}'}",
            [f"“{{nmae}}” {NOT_KNOWN} – did you mean “{{name}}”?"],
        ),
        (
            "words/help.yaml",
            "taken: {sv: '{who}', en: Bo}",
            [f"“{{who}}” {NOT_KNOWN}; known: {{name}}, {{time}}"],
        ),
        (
            "words/help.yaml",
            "bare: {sv: '{who}', en: No}",
            [f"“{{who}}” {NOT_KNOWN}; leave it out"],
        ),
        (
            "words/help.yaml",
            "bare: {sv: {one: a, other: '{count}'}, en: No}",
            [f"“{{count}}” {NOT_KNOWN}; leave it out"],
        ),
        (
            "cover/forms.yaml",
            "words: {taken: {sv: '{time}', en: Yes}}",
            [f"“{{time}}” {NOT_KNOWN}; known: {{form}}, {{name}}"],
        ),
        (
            "cover/rooms.yaml",
            "nouns: {form: {sv: a, en: a}}\nwords: {taken: {sv: '{names}', en: Yes}}",
            [f"“{{names}}” {NOT_KNOWN} – did you mean “{{name}}”?"],
        ),
    ],
)
def test_a_later_pack_names_only_what_the_first_one_names(
    write: Write, name: str, text: str, told: list[str]
) -> None:
    with pytest.raises(ContentError) as wrong:
        load([write(BASE), write({name: text}, "later")], SHAPES)
    assert [each.text for each in wrong.value.problems] == told
    assert {each.file for each in wrong.value.problems} == {Path("later") / name}


def test_a_later_pack_may_leave_names_out_and_a_third_may_take_them_again(write: Write) -> None:
    fewer = {
        "words/help.yaml": "taken: {sv: Någon, en: Somebody}\nnear: {sv: '{count}', en: '{count}'}",
        "cover/forms.yaml": "words: {taken: {sv: '{form}', en: '{form}'}}",
    }
    again = {"words/help.yaml": "taken: {sv: 'kl {time:HH:mm:ss}', en: '{time:HH:mm:ss}'}"}
    folders = [write(BASE), write(fewer, "fewer"), write(again, "again")]
    assert load(folders[:2], SHAPES).dictionaries["en"].read(say("help.taken")) == "Somebody"
    assert load(folders, SHAPES).dictionaries["sv"].sentences["help.taken"] == "kl {time:HH:mm:ss}"


def test_word_sets_of_one_pack_may_name_different_things(write: Write) -> None:
    rooms = "nouns: {form: {sv: a, en: a}}\nwords: {taken: {sv: '{seat}', en: '{seat}'}}"
    later = "words: {taken: {sv: '{name}, {seat}', en: '{name}, {seat}'}}"
    both = write({**BASE, "cover/rooms.yaml": rooms})
    pack = load([both, write({"cover/forms.yaml": later}, "later")], SHAPES)
    assert pack.dictionaries["en"].covers["forms"].words["taken"] == "{name}, {seat}"


READ_AS_IT_STANDS = "would be read as it stands; write this text without { and }"
NO_NOUN = "is no noun of the word sets"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("lines/a.yaml", "says: {sv: '{form}', en: a}", f"“{{form}}” {READ_AS_IT_STANDS}"),
        (
            "lines/a.yaml",
            "says: {sv: '{form}', en: a, cover: {sv: a, en: a}}",
            f"“{{form}}” {READ_AS_IT_STANDS}",
        ),
        (
            "lines/a.yaml",
            "says: {sv: a, en: a, cover: {sv: '{from}', en: a}}",
            f"“{{from}}” {NO_NOUN} – did you mean “{{form}}”?",
        ),
        (
            "cards/a.yaml",
            TITLE + "covert: {sv: '{time}', en: a}",
            f"“{{time}}” {NO_NOUN}; known: {{form}}",
        ),
        ("cards/a.yaml", "title: {sv: '{form}', en: a}", f"“{{form}}” {READ_AS_IT_STANDS}"),
        (
            "cover/forms.yaml",
            "nouns: {form: {sv: a, en: '{form}'}}",
            f"“{{form}}” {READ_AS_IT_STANDS}",
        ),
    ],
)
def test_only_covers_name_nouns(write: Write, name: str, text: str, told: str) -> None:
    with pytest.raises(ContentError) as wrong:
        load([write(BASE), write({name: text}, "later")], SHAPES)
    assert [each.text for each in wrong.value.problems] == [told]


def test_covers_may_name_a_noun_that_a_later_pack_adds(write: Write) -> None:
    cover = "says: {sv: a, en: a, cover: {sv: '{desk}', en: '{desk}'}}"
    desk = {"cover/forms.yaml": "nouns: {desk: {sv: Disken, en: The desk}}"}
    folders = [write({**BASE, "lines/a.yaml": cover}), write(desk, "later")]
    line = load(folders, SHAPES).all(Line)["a"]
    read = load(folders, SHAPES).dictionaries["en"].read
    assert read(Cover("forms")(line.says.covert)) == "The desk"


def test_nouns_are_not_missed_while_their_file_is_broken(write: Write) -> None:
    pack = write({"cover/forms.yaml": "nouns: [", "cards/a.yaml": TITLE + COVERT})
    with pytest.raises(ContentError) as wrong:
        load([pack], SHAPES)
    assert [each.file.name for each in wrong.value.problems] == ["forms.yaml"]


COVERT = "covert: {sv: '{form}', en: '{form}'}"


@pytest.mark.parametrize(
    "name", ["{a!r}", "{a!s:>9}", "{a:{b}}", "{a:{}}", "{a.b}", "{a[0]}", "{}"]
)
def test_a_name_in_brackets_is_a_name_and_a_format(mistakes: Mistakes, name: str) -> None:
    told = mistakes("words/x.yaml", f"a: {{sv: '{name}', en: '{name}'}}")
    place = "write one name between { and }, such as {helper}"
    assert told == [f"1:9: {place}", f"1:{17 + len(name)}: {place}"]


class Anything:
    """A value that takes every format."""

    def __format__(self, spec: str) -> str:
        return spec


BRACKETS = ["{", "}", "{a}", "{b:HH:mm}", "{{", "}}", "!r", ":", "a", ".", "[0]", " "]


@given(said=st.lists(st.sampled_from(BRACKETS)).map("".join))
def test_a_sentence_without_complaint_can_be_filled(said: str) -> None:
    tree = Tree(Path("x.yaml"), [])
    check_texts([[Written(tree, (), {"sv": said, "en": said}, key="x.a")]], (), frozenset())
    if not tree.mistakes:
        said.format(**dict.fromkeys(placeholders(said), Anything()))


def test_ordinary_words_and_names_in_brackets_may_say_help(write: Write) -> None:
    words = "a: {sv: '{helper} kommer', en: '{helper} comes'}"
    pack = write({**FORBIDDEN, "words/common.yaml": words, "words/x.yaml": "a: {sv: a, en: Help}"})
    assert load([pack], SHAPES).dictionaries["en"].read(say("x.a")) == "Help"


def test_a_site_may_pick_any_word_set(write: Write) -> None:
    full = "nouns: {x: {sv: a, en: a}}\nwords: {sent: {sv: a, en: a}}"
    pack = write({"cover/a.yaml": full, "cover/b.yaml": "nouns: {}\nwords: {x: {sv: a, en: a}}"})
    with pytest.raises(ContentError) as wrong:
        load([pack], SHAPES)
    assert [(str(each.file), each.line, each.text) for each in wrong.value.problems] == [
        ("pack/cover/a.yaml", 2, "“x” is missing in this word set; the set “b” has it"),
        ("pack/cover/b.yaml", 1, "“x” is missing in this word set; the set “a” has it"),
        ("pack/cover/b.yaml", 2, "“sent” is missing in this word set; the set “a” has it"),
    ]


def test_what_nothing_reads_is_told(write: Write) -> None:
    ignored = {".git/x": "", "README.md": "", "demo/cards/a.yaml": "[", "cards/.b.yaml": "["}
    pack = write({**ignored, "card/a.yaml": "", "note.txt": "", "cards/a.yml": "", "cards/b/c": ""})
    with pytest.raises(ContentError) as wrong:
        load([pack, Path("nowhere")], SHAPES)
    assert str(wrong.value).splitlines() == [
        "pack/card:1:1: nothing reads “card” – did you mean “cards”?",
        "pack/cards/a.yml:1:1: nothing reads this; content is files such as cards/name.yaml",
        "pack/cards/b:1:1: nothing reads this; content is files such as cards/name.yaml",
        "pack/note.txt:1:1: nothing reads “note.txt” – allowed: cards, cover, items, lines, words",
        "nowhere:1:1: there is no such folder; check its path",
    ]


def test_mistakes_come_in_the_order_of_reading(write: Write) -> None:
    """The base pack first, however the folders are called, and each file's lines in turn."""
    two = {"words/x.yaml": "a: {sv: x}\nb: {sv: x}", "cards/z.yaml": "{}"}
    with pytest.raises(ContentError) as wrong:
        load([write(two, "z_base"), write(two, "a_later"), Path("nowhere")], SHAPES)
    assert [(each.file.as_posix(), each.line) for each in wrong.value.problems] == [
        *(("z_base/cards/z.yaml", 1), ("z_base/words/x.yaml", 1), ("z_base/words/x.yaml", 2)),
        *(("a_later/cards/z.yaml", 1), ("a_later/words/x.yaml", 1), ("a_later/words/x.yaml", 2)),
        ("nowhere", 1),
    ]


def test_a_file_in_another_encoding_is_told(write: Write) -> None:
    pack = write({"cards/a.yaml": ""})
    (pack / "cards/a.yaml").write_bytes("title:\n  sv: Så".encode("cp1252"))
    with pytest.raises(
        ContentError, match=r"a\.yaml:2:8: this file is not UTF-8; open it in an ed"
    ):
        load([pack], SHAPES)


def test_the_caret_stands_below_the_mistake_after_a_tab(write: Write) -> None:
    with pytest.raises(ContentError) as wrong:
        load([write({"cards/a.yaml": "titel:\t{sv: x}\ntitle:\t{sv: x}"})], SHAPES)
    assert str(wrong.value).endswith("\n     2 | title:\t{sv: x}\n       |       \t^")


def demands_pairs(pack: Pack) -> Iterator[Complaint]:
    """Each item's label names another item."""
    items = pack.all(Item)
    for name, item in items.items():
        if item.label not in items:
            yield Item, name, ("label",), f"there is no item “{item.label}”"


def test_a_complaint_stands_at_its_place(write: Write) -> None:
    pack = write({"items/a.yaml": "- {id: x, label: x}\n- {id: y, label: z}"})
    with pytest.raises(ContentError, match=r"a\.yaml:2:18: there is no item “z”"):
        load([pack], SHAPES, [demands_pairs])


def needs_y(pack: Pack) -> Iterator[Complaint]:
    yield Item, pack.all(Item)["y"].id, (), "found"


def test_the_echo_of_a_mistake_is_not_told(write: Write) -> None:
    pack = write({"items/a.yaml": "- {id: x, label: y}\n- {id: y, label: x, count: many}"})
    with pytest.raises(ContentError) as wrong:
        load([pack], SHAPES, [demands_pairs, needs_y])
    assert [each.line for each in wrong.value.problems] == [2]


def test_a_check_may_stumble_over_the_gap_of_an_unreadable_file(write: Write) -> None:
    with pytest.raises(ContentError, match="did not find expected node"):
        load([write({"items/a.yaml": "["})], SHAPES, [needs_y])


def test_a_check_that_breaks_over_a_whole_pack_is_a_bug_and_not_hidden(write: Write) -> None:
    with pytest.raises(KeyError):
        load([write({"items/a.yaml": "[]"})], SHAPES, [needs_y])


def test_a_complaint_about_nothing_still_stops_the_pack(write: Write) -> None:
    with pytest.raises(ContentError, match="door:1:1: nobody opens it"):
        load([write({})], SHAPES, [lambda _: [(Card, "door", (), "nobody opens it")]])


FARSTA = PACKS / "content_staff"


@pytest.fixture
def empty_office(write: Write) -> Write:
    """Writes the tests' agency without its people, and with the rings of the test."""

    def empty_office(rings: str) -> Path:
        site = (FARSTA / "sites/farsta.yaml").read_text(encoding="utf-8").partition("rings:")[0]
        forms = (FARSTA / "cover/forms.yaml").read_text(encoding="utf-8")
        return write({"sites/farsta.yaml": site + rings, "cover/forms.yaml": forms})

    return empty_office


@pytest.mark.parametrize("rings", ["", "rings: {}", "rings: {1: [anna]}", "rings: {1: [], 3: [b]}"])
def test_a_pack_without_people_leaves_rings_to_staff_files(empty_office: Write, rings: str) -> None:
    pack = load([empty_office(rings)], staff.SHAPES, [staff.check])
    assert list(pack.all(staff.Site)) == ["farsta"]


@pytest.mark.parametrize(
    ("rings", "people", "told"),
    [
        ("rings: {4: []}", False, ["there is no ring 4; rings are 1, 2 and 3"]),
        (
            "rings: {1: [anna]}",
            True,
            [f"ring {ring} has nobody; name at least one person" for ring in (2, 3)],
        ),
        (
            "",
            True,
            [
                "only one person here has the role responder or team_lead, and nearness needs 2; "
                "give the role to more people, or name people under “rings”"
            ],
        ),
    ],
)
def test_rings_are_checked_as_far_as_they_can_be(
    write: Write, empty_office: Write, rings: str, people: bool, told: list[str]
) -> None:
    pack = empty_office(rings)
    if people:
        write({"people/a.yaml": (FARSTA / "people/all.yaml").read_text(encoding="utf-8")})
    with pytest.raises(ContentError) as wrong:
        load([pack], staff.SHAPES, [staff.check])
    assert [each.text for each in wrong.value.problems] == told


def test_a_pack_with_mistakes_never_replaces_the_one_in_use(write: Write) -> None:
    pack = write({"words/x.yaml": "a: {sv: ett, en: one}"})
    shelf = Shelf(partial(load, [pack], SHAPES))
    write({"words/x.yaml": "a: {sv: två}"})
    assert [each.text for each in shelf.reload()] == ["“en” is missing here"]
    assert shelf.current.dictionaries["en"].read(say("x.a")) == "one"
    write({"words/x.yaml": "a: {sv: två, en: two}"})
    assert shelf.reload() == []
    assert shelf.current.dictionaries["en"].read(say("x.a")) == "two"


SECONDS: TypeAdapter[int] = TypeAdapter(Seconds)


@pytest.mark.parametrize(("text", "seconds"), [("0s", 0), ("20s", 20), ("3m", 180), ("1h", 3600)])
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert SECONDS.validate_python(text) == seconds


@pytest.mark.parametrize("text", ["", "20", "20 s", "-1s", "1d", "1.5h", "٣m", "9999999h"])
def test_other_lengths_of_time_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="write a number and s, m or h"):
        SECONDS.validate_python(text)


SCRAPS = ["sv: ", "en: ", "a: ", "- ", "{", "}", "[", "]", "\n", "  ", "\t", '"', "'", "&a ", "*a"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(), st.lists(st.sampled_from(SCRAPS)).map("".join)))
@pytest.mark.parametrize("name", ["words/a.yaml", "cards/a.yaml", "cover/a.yaml"])
def test_no_text_breaks_the_loader(write: Write, name: str, text: str) -> None:
    pack = write({name: ""})
    (pack / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load([pack], SHAPES)
    except ContentError as wrong:
        assert all(each.line >= 1 and each.column >= 1 for each in wrong.problems)
