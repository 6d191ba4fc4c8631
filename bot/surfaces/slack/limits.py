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
OPTIONS = 100
OPTION_VALUE = 150
CONTEXT = 10
PLACEHOLDER = 150
ID = 255
URL = 3000
PRIVATE = 3000
VIEW_BYTES = 250_000
METADATA_BYTES = 8_000

POSTS = (1.0, 4)
"""Messages a second in one channel, and the burst that Slack puts up with (read)."""
ALL_POSTS = (5.0, 30)
"""The same for a whole workspace: "several hundred a minute" (read)."""
EDITS = (0.8, 40)
"""chat.update is of tier 3: 50 a minute (read)."""
HOMES = (1.6, 60)
"""views.publish is of tier 4: 100 a minute (read)."""
HISTORY = 100
"""Messages that one look-up reads."""
TYPED = 3000
"""What a text input holds: more is refused."""
