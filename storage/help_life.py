"""The life of a help call: which step may follow which status, and what a call waits for."""

from enum import StrEnum

from storage.life import Life


class Status(StrEnum):
    RINGING = "ringing"
    OWNED = "owned"
    EXHAUSTED = "exhausted"
    CLOSED = "closed"


LIFE: Life[Status] = {
    Status.RINGING: {
        "climb": Status.RINGING,
        "call back": Status.RINGING,
        "exhaust": Status.EXHAUSTED,
        "take": Status.OWNED,
        "raise": Status.RINGING,
        "finish": Status.RINGING,
        "revive": Status.RINGING,
        "check": Status.CLOSED,
        "need": Status.RINGING,
        "note": Status.RINGING,
    },
    Status.OWNED: {
        "ask": Status.OWNED,
        "confirm": Status.OWNED,
        "release": Status.RINGING,
        "raise": Status.OWNED,
        "finish": Status.OWNED,
        "revive": Status.OWNED,
        "check": Status.CLOSED,
        "need": Status.OWNED,
        "note": Status.OWNED,
    },
    Status.EXHAUSTED: {
        "repeat": Status.EXHAUSTED,
        "take": Status.OWNED,
        "raise": Status.RINGING,
        "call back": Status.EXHAUSTED,
        "finish": Status.EXHAUSTED,
        "revive": Status.RINGING,
        "check": Status.CLOSED,
        "need": Status.EXHAUSTED,
        "note": Status.EXHAUSTED,
    },
    Status.CLOSED: {},
}

OPEN = tuple(status for status in Status if status is not Status.CLOSED)


class Finish(StrEnum):
    """How the presser ended it. Either way a person looks before the call is closed.

    `FORCED` is the polite twin of `WRONG`. The row keeps it as `WRONG`, which is all that the
    presser's screen is made from, and as `forced_at`, which only colleagues are shown.
    """

    DONE = "done"
    WRONG = "wrong"
    FORCED = "forced"


class Wait(StrEnum):
    """What the clock must do next about a call."""

    CLIMB = "climb"
    EXHAUST = "exhaust"
    REPEAT = "repeat"
    ASK_AGAIN = "ask again"
    ASK_OWNER = "ask owner"
    LET_GO = "let go"
    PRESSER_QUIET = "presser quiet"
    LOOK_IN = "look in"
    ASK_MORE = "ask more"
    SHORT = "short"
