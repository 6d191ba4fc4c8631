"""Visits: silence is planned, and when it lasts too long somebody does something about it.

- `plans`, `planning`: seven taps, a plan with sensible defaults, a named manager's yes.
- `saying`, `visitor`: what a visitor says on the way, and a screen that anybody may read.
- `falls_due`, `rungs`: the question, the grace and the ladder (J10).
- `deciding`, `colleagues`: those who stand by, with numbers, script and decision.
- `lone`: the same watch for somebody who is alone at work today.
- `watches`: the policy and the assessment as content.
"""

from handlers.visits import deciding, falls_due, keeping, lone, plans, saying
from handlers.visits.actions import OpenVisit
from handlers.visits.feature import visits
from handlers.visits.lone import watch_alone

__all__ = [
    "OpenVisit",
    "deciding",
    "falls_due",
    "keeping",
    "lone",
    "plans",
    "saying",
    "visits",
    "watch_alone",
]
