"""What the bot does: one feature a file, plain functions that decide and never do."""

from handlers.aftercare import after_calls
from handlers.availability import free_or_busy
from handlers.briefings import briefings
from handlers.gaps import gap_cases
from handlers.guidance import guidance
from handlers.help import help_calls
from handlers.home import home_pages
from handlers.practice import coaching
from handlers.routines import routines
from handlers.unreached import unreached_people
from handlers.visits import visits

ALL = (
    help_calls,
    guidance,
    home_pages,
    free_or_busy,
    after_calls,
    gap_cases,
    coaching,
    unreached_people,
    visits,
    routines,
    briefings,
)
