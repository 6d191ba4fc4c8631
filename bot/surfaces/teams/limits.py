"""What an Adaptive Card in Teams can hold, and how fast Teams takes one (`design/platforms.md`)."""

TITLE = 150
TEXT = 3000
FACT = 2000
LABEL = 75
ALT = 2000
SUMMARY = 300
SPEAK = 1000
FALLBACK = 2000
ACTIONS = 6
ROW = 6
CARD_BYTES = 80_000
MESSAGE_TEXT = 6_000
"""Characters of a bare message: below 80 KB even where each of them takes twelve bytes as JSON."""
DIALOG_TITLE = 64

CONVERSATION = (1.8, 4)
"""Requests a second in one conversation, and the burst: within 7 in one second, 8 in two and 60 in
thirty (read). The 1,800 of an hour would take a person who reads twice a minute all day."""
ALL = (20.0, 10)
"""The same for the app in one tenant: within 30 in one second (read)."""
