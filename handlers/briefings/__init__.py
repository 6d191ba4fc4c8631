"""Briefings: what a shift must know, a quarter of an hour before it begins.

- `shape`: the briefing as content. `shifts`: when, for whom, in small groups.
- `cards`: five lines at most. `answers`: read, asked, alone today. `levels`: a raised level.
"""

from handlers.briefings import answers, keeping, levels, shifts
from handlers.briefings.feature import briefings

__all__ = ["answers", "briefings", "keeping", "levels", "shifts"]
