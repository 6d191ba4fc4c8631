"""What an Adaptive Card in Teams can hold (`design/platforms.md`)."""

TITLE = 150
TEXT = 3000
FACT = 2000
LABEL = 75
ALT = 2000
SUMMARY = 300
ACTIONS = 25
ROW = 6
CARD_BYTES = 80_000
