"""What the bot does: one feature a file, plain functions that decide and never do."""

from handlers.guidance import guidance
from handlers.help import help_calls
from handlers.home import home_pages

ALL = (help_calls, guidance, home_pages)
