"""Paper: every card prints on one A4, in either language, in both, and in neutral words."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import paper
from bot.command_line import main
from bot.features import sheets
from bot.paper import Wish
from handlers import ALL
from handlers.guidance import Guidance
from tests.browser import CHROMIUM, browser
from tests.stage import demo_shelf

SHEET = sheets(ALL)["card"]
STYLE = paper.in_a_file(paper.STYLE.read_text("utf-8"))
PACK = demo_shelf().current


def printed(id: str, wish: Wish, style: str = paper.LINKED) -> str:
    found = paper.page(SHEET, id, PACK, wish, style)
    assert found is not None
    return found


@pytest.mark.parametrize("cover", PACK.word_sets)
@pytest.mark.parametrize("language", ["sv", "en", "both"])
def test_neutral_paper_may_lie_on_a_desk(language: str, cover: str) -> None:
    for id, card in PACK.all(Guidance).items():
        found = paper.page(SHEET, id, PACK, Wish(language, cover))
        assert (found is None) == (not card.desk)
        read = re.sub(r"<[^>]*>", " ", found or "").casefold()
        assert not [stem for stem in PACK.forbidden if stem in read]


def test_a_page_has_no_script_and_no_style_of_its_own() -> None:
    page = printed("2", Wish("both"))
    assert "<script" not in page and "style=" not in page and "<style" not in page
    assert "Hot i telefon" in page and "Threat on the phone" in page
    assert "Kort 2 · Version 1 · säkerhetsfunktionen · inte godkänt hos er än" in page


def test_what_stands_in_a_card_is_text() -> None:
    card = PACK.all(Guidance)["2"]
    evil = card.model_copy(update={"title": card.title.model_copy(update={"sv": "<script>&"})})

    class Poisoned:
        dictionaries = PACK.dictionaries

        def all(self, shape: object) -> object:
            return {"2": evil} if shape is Guidance else {}

    page = paper.page(SHEET, "2", Poisoned(), Wish())  # type: ignore[arg-type]
    assert page and "<script" not in page and "&lt;script&gt;&amp;" in page


def test_a_card_is_written_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["card", "print", "1", "--out", "one.html", "--neutral", "folders"]) == 0
    page = Path("one.html").read_text("utf-8")
    assert "<h1>Blankett 1</h1>" in page and "@page" in page and "Suicid" not in page
    assert main(["card", "print", "99"]) == 2
    assert "There is no card 99" in capsys.readouterr().err
    assert main(["card", "print", "20", "--neutral", "folders"]) == 2
    assert main(["card", "print", "1", "--neutral", "umbrellas"]) == 2


def hardest() -> dict[str, Guidance]:
    """The longest of each shape (of all 36, 90 pages were printed when this was written)."""
    cards = PACK.all(Guidance)
    ranked = sorted(cards, key=lambda id: len(printed(id, Wish())), reverse=True)
    desk = [id for id in ranked if cards[id].desk]
    return {id: cards[id] for id in (*ranked[:2], desk[0])}


@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")
async def test_the_longest_cards_print_on_one_page(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """One document a card and a way of printing: each must be one page of A4."""
    wishes = Wish("sv"), Wish("both"), Wish("en", "folders")
    count = 0
    async with browser() as page:
        for id, card in hardest().items():
            for wish in wishes:
                if wish.cover and not card.desk:
                    continue
                file = tmp_path / f"{id}-{wish.language}.html"
                file.write_text(printed(id, wish, STYLE), "utf-8")
                await page.opens(file.as_uri(), 794, 1123)
                answer = await page.call(
                    "Page.printToPDF", preferCSSPageSize=True, printBackground=True
                )
                pdf = base64.b64decode(answer["data"])
                pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
                assert pages == 1, f"card {id}, {wish}: {pages} pages"
                assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf or b"841." in pdf
                count += 1
    figure(f"cards printed on one A4 each: {count}")
