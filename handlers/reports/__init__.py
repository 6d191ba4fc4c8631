"""Reports: sixty seconds, a tap a question, nothing to type, and exactly the right people know.

- `taxonomy` is the content, `severity` and `receivers` the rules: pure, and tested as tables.
- `drafting` is the dialog, `asking` and `closing` its cards, `behalf` who reports for whom.
- `sending` makes the case and `nameless` one without a name; `receipt` and `afterwards` are what
  follows for whoever reported.
- `sightings` and `alone` are the short ways, `bridge` the way from a help call, `messages` the one
  from a message. `screen` is the window in which all of it stands, `covering` hides it at need.
"""

from handlers.reports import (
    afterwards,
    alone,
    behalf,
    bridge,
    covering,
    drafting,
    messages,
    mine,
    nameless,
    sending,
    sightings,
)
from handlers.reports.feature import reports

__all__ = [
    "afterwards",
    "alone",
    "behalf",
    "bridge",
    "covering",
    "drafting",
    "messages",
    "mine",
    "nameless",
    "reports",
    "sending",
    "sightings",
]
