"""Follow-up: a dated plan for each case, from the first half hour to the third month.

Others call `start` when they keep a new case, `take_back` when that was a slip, `raised` when its
severity has risen, `read` when the owner has opened it, `give` when it changes owner, and `became`
and `lines` where the one who reported has no name but a code.
"""

from handlers.plans import above, answers, contact, day, heard, standing_in
from handlers.plans.feature import follow_up
from handlers.plans.feedback import lines
from handlers.plans.outcome import became, decided, read
from handlers.plans.ownership import give
from handlers.plans.preview import preview
from handlers.plans.start import is_told, raised, start, take_back
from handlers.plans.who import contact_by

__all__ = [
    "above",
    "answers",
    "became",
    "contact",
    "contact_by",
    "day",
    "decided",
    "follow_up",
    "give",
    "heard",
    "is_told",
    "lines",
    "preview",
    "raised",
    "read",
    "standing_in",
    "start",
    "take_back",
]
