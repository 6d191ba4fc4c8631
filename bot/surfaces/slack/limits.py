"""What Slack's Block Kit can hold; measured and read in `design/platforms.md`."""

BLOCKS = 50
MODAL_BLOCKS = 100
HEADER = 150
SECTION = 3000
FIELD = 2000
FIELDS = 10
LABEL = 75
VALUE = 2000
OPTION = 75
MODAL_TITLE = 24
ALT = 2000
BUTTONS = 25
NOTIFICATION = 3000
TEXT = 40_000
ALL_TEXT = 13_200
CHARTS = 2
CHART_TITLE = 50
CHART_LABEL = 20
CHART_POINTS = 20
CHART_SERIES = 6


def clip(text: str, limit: int) -> str:
    """Shorten visibly: Slack would refuse the whole message instead."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
