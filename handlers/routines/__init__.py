"""Routines: the right list before the right people at the right minute.

- `lists`: a list as content, who gets it. `runs`: a list that has begun, and its card.
- `says`: ticked, skipped with a reason, evidence, begun on demand.
- `falls_due`: schedules, what is late, what is new. `coverage`: by unit and month.
"""

from handlers.routines import falls_due, keeping, says
from handlers.routines.actions import OpenRoutines
from handlers.routines.feature import routines
from handlers.routines.runs import triggered

__all__ = ["OpenRoutines", "falls_due", "keeping", "routines", "says", "triggered"]
