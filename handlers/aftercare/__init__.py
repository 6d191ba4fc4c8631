"""Aftercare: what comes after a help call, for the one who pressed.

A break in which nobody asks them, one question, and company if they want it. The row decides what
everybody sees and when the clock looks again, as in the help call itself.

- `hooks`: a call begins it or takes it back. `answers`: what people say. `falls_due`: the clock.
- `company`: who is asked to keep company, circle by circle, until somebody says yes.
- `presser` is the screen of the one it is for, in cover words; `colleagues` are the others'.
"""

from handlers.aftercare import answers, falls_due
from handlers.aftercare.feature import after_calls
from handlers.aftercare.hooks import begin, cancel, ready_again

__all__ = ["after_calls", "answers", "begin", "cancel", "falls_due", "ready_again"]
