"""A broken pack in twenty ways: every message says file, line, place and repair, all at once."""

import re
from pathlib import Path

import pytest

import handlers
from bot import assembly
from bot.content import ContentError

TOLD = Path(__file__).with_name("broken_pack.txt")

CARD = """id: "{id}"
title: {{sv: "Eget kort", en: "Our own card"}}
hint: {{sv: "Eget", en: "Our own"}}
group: now
when: call
version: 1
owner: Beredskap
expires: 2027-11-30
confirm: true
sources: ["our own"]
steps:
  - {{sv: "Ett.", en: "One."}}
"""

FILES = {
    # a card
    "guidance/a-no-expiry.yaml": CARD.format(id="40").replace("expires: 2027-11-30\n", ""),
    "guidance/b-no-number.yaml": CARD.format(id="fyrtio"),
    "guidance/c-not-a-day.yaml": CARD.format(id="42").replace("2027-11-30", "nästa år"),
    "guidance/d-wrong-group.yaml": CARD.format(id="43").replace("group: now", "group: nu"),
    "guidance/e-too-long.yaml": CARD.format(id="44").replace("Ett.", "ord " * 13 + "slut."),
    "guidance/f-read-at-the-desk.yaml": CARD.format(id="45").replace("Ett.", "Ring polisen."),
    "guidance/g-one-language.yaml": CARD.format(id="46").replace(', en: "One."', ""),
    "guidance/h-tab.yaml": CARD.format(id="47").replace("  - {sv", "\t- {sv"),
    "guidance/i-slip.yaml": CARD.format(id="48").replace("owner:", "ovner:"),
    "guidance/j-twice.yaml": CARD.format(id="49").replace("version: 1", "version: 1\nversion: 2"),
    "guidance/k-no-steps.yaml": CARD.format(id="50").partition("steps:")[0],
    "guidance/l-desk.yaml": CARD.format(id="51").replace("when: call", "when: call\ndesk: no"),
    "guidance/m-open-quote.yaml": CARD.format(id="52").replace('"Eget kort"', '"Eget kort'),
    # what belongs to cards
    "approvals/cards.yaml": "- {id: '99', version: 1, by: Eva, on: 2026-01-01, until: 2027-01-01}\n"
    "- {id: '2', version: 1, by: Eva, on: 2026-01-01, until: 2025-01-01}\n",
    "synonyms/cards.yaml": "- {id: '2', sv: hot, en: [threat]}\n- {id: '777', sv: [x], en: [y]}\n",
    "dialogues/cases.yaml": "- {id: '1', title: {sv: A, en: A}, fall: {sv: B, en: B}}\n",
    # words
    "words/help.yaml": 'owned_by: {sv: "{nmae} äger.", en: "{name} has it."}\n',
    "cover/folders.yaml": 'words: {sent: {sv: "Hjälp beställd", en: "Folder ordered"}}\n',
    # what stands where nothing reads it
    "guidence/x.yaml": "a: b\n",
    "guidance/notes.txt": "remember\n",
}


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        file = Path("pack") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as wrong:
        assembly.load([assembly.BASE, Path("pack")], handlers.ALL)
    return str(wrong.value) + "\n"


def test_twenty_ways_to_break_a_pack_are_each_told(told: str) -> None:
    assert len(FILES) == 20
    for name in FILES:
        where = "pack/guidence:" if "guidence" in name else f"pack/{name}:"
        assert where in told, f"nothing is told of {name}"
    assert told == TOLD.read_text("utf-8"), "read the new message aloud, then keep it"


def test_every_message_has_a_place_and_words_for_people(told: str) -> None:
    heads = [line for line in told.splitlines() if line.startswith("pack/")]
    for line in heads:
        assert re.fullmatch(r"pack/\S+:\d+:\d+: .+", line), line
        said = line.split(": ", 1)[1].casefold()
        assert not re.search(r"pydantic|exception|none|null|dict|\bstr\b|input should", said), line
    carets = [line for line in told.splitlines() if line.endswith("^")]
    assert len(carets) >= len(heads) - 2, "all but what has no line shows where"
