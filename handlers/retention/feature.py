"""The feature of retention: what it reads, and who may say that something is erased."""

from bot.content import Pack
from bot.features import Complaint, Feature, May
from bot.turn import Turn
from handlers.retention.classes import RetentionClass, check_classes
from handlers.rights import Act, may

retention = Feature("retention")
retention.reads("retention", RetentionClass)


@retention.checks
def check(content: Pack) -> list[Complaint]:
    return list(check_classes(content))


def _archivist(turn: Turn, _: object) -> bool:
    """The act that only the registrar has (4.5). Whoever keeps the system in order erases no
    traces of it."""
    return turn.by_person and may(turn.person, Act.EXPORT) and "admin" not in turn.person.roles


ARCHIVIST = May("archivist", _archivist)
