"""Search: which cards a line is about, by titles, steps, and the other words that people use."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from bot.features import Complaint
from bot.ranking import Document, Ranking
from bot.turn import Content
from bot.words import LANGUAGES, Both
from handlers.guidance import Guidance, guidance, in_order

IGNORED = "ignored"
"""The entry of `synonyms/` with the words that say nothing, such as "vad" and "hur"."""

WEIGHTS = (4.0, 4.0, 0.5)
"""Title and hint, other words for it, and the steps."""


class Synonyms(BaseModel):
    """Other words that people use for what a card is about; `id` is the card's number."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    sv: tuple[str, ...]
    en: tuple[str, ...]


guidance.reads("synonyms", Synonyms)


class Index:
    """The ranking of one content pack, kept until another pack is in use."""

    def __init__(self) -> None:
        self.content: Content | None = None
        self.ranking = Ranking((), WEIGHTS)

    def of(self, content: Content) -> Ranking:
        if self.content is not content:
            self.ranking, self.content = built(content), content
        return self.ranking


INDEX = Index()


def check(content: Content) -> Iterable[Complaint]:
    cards = content.all(Guidance)
    for id in content.all(Synonyms):
        if id not in cards and id != IGNORED:
            why = f"there is no card {id}; write the number of a card, or delete this"
            yield Synonyms, id, ("id",), why


def search(content: Content) -> Ranking:
    return INDEX.of(content)


def built(content: Content) -> Ranking:
    others = content.all(Synonyms)
    documents = [Document(card.id, parts(card, others)) for card in in_order(content)]
    ignored = others.get(IGNORED)
    return Ranking(documents, WEIGHTS, (*ignored.sv, *ignored.en) if ignored else ())


def parts(card: Guidance, others: Mapping[str, Synonyms]) -> tuple[str, ...]:
    other = others.get(card.id)
    steps = [*card.steps, *(step for part in card.sections for step in part.steps)]
    titles = [part.title for part in card.sections]
    return (
        spoken([card.title, card.hint]),
        " ".join((*other.sv, *other.en)) if other else "",
        spoken([*titles, *steps, *card.phrases]),
    )


def spoken(texts: Iterable[Both]) -> str:
    return " ".join(text.text(language) for text in texts for language in LANGUAGES)
