"""How serious an event is, as the rules propose it; a person may always say more.

`spec/content.md` 2.1, axis 3: the type says where to begin, some facts raise it by one. The raises
alone never make it critical; that needs somebody who is hurt.
"""

from collections.abc import Iterable

from bot.turn import Content
from handlers.reports.taxonomy import Factor, Felt, Kind

UNHURT = 4
"""As high as the raises may lift it where nobody said how it is."""

SERIES = 3
"""So many events of one source..."""

SERIES_DAYS = 90
"""... within so many days are a series, and raise the severity by one."""

REPEATED = "upprepat"
"""Said or counted, a series is one thing and raises once."""


def proposed(
    content: Content, kind: Kind, factors: Iterable[str], effect: str | None, series: bool = False
) -> int:
    """A level from 0 to 5."""
    felt = content.all(Felt).get(effect or "")
    known = [content.all(Factor)[code] for code in factors if code in content.all(Factor)]
    said = {one.id for one in known}
    raises = sum(one.raises for one in known if kind.id not in one.but)
    raises += series and REPEATED not in said
    raises += felt.raises if felt else 0
    most = max(felt.most if felt else UNHURT, kind.severity)
    return max(min(kind.severity + raises, most), felt.least if felt else 0)


def secrecy(content: Content, kind: Kind, factors: Iterable[str]) -> int:
    """Who may read it: what the type says, or a factor that asks for more."""
    known = content.all(Factor)
    return max([kind.secrecy, *(known[code].secrecy for code in factors if code in known)])
