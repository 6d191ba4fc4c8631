"""The help call: one press, a ladder of colleagues, the first who takes it owns it, to its end.

The row decides what everybody sees: a handler lets the row take one step and then shows the
whole call again (`shown`); what stands there already costs nothing. The row also says when the
call's next step is due, and that is the call's only timer.

- `presses`: what the presser does. `answers`: what colleagues do. `falls_due`: what the clock does.
- `need`, `board`, `relay`, `merge`: more people, signals and sentences, 112, one event or two.
- `routing` decides who is called, `who` knows the people, `rings` tells them, `steps` moves a call.
- `cover` is the presser's screen, `responders`, `owner` and `waiting` are the colleagues'.
"""

from handlers.help import (
    answers,
    board,
    falls_due,
    keeping,
    measures,
    merge,
    need,
    presses,
    relay,
    who,
)
from handlers.help.feature import help_calls

__all__ = [
    "answers",
    "board",
    "falls_due",
    "help_calls",
    "keeping",
    "measures",
    "merge",
    "need",
    "presses",
    "relay",
    "who",
]
