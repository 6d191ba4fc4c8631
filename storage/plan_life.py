"""The life of a planned step: which status may follow which, and what a step waits for."""

from enum import StrEnum

from storage.life import Life


class Status(StrEnum):
    """The names of `spec/invariants.md` 8.2: planned, reminded, late, lifted, done or left out."""

    PLANNED = "planned"
    REMINDED = "reminded"
    LATE = "late"
    LIFTED = "lifted"
    """Those above the holder have been told, and may take it or give it to somebody."""
    DONE = "done"
    DROPPED = "dropped"


WORK = {"do": Status.DONE, "drop": Status.DROPPED}

LIFE: Life[Status] = {
    Status.PLANNED: {
        **WORK,
        "open": Status.PLANNED,
        "remind": Status.REMINDED,
        "miss": Status.LATE,
        "snooze": Status.PLANNED,
        "move": Status.PLANNED,
    },
    Status.REMINDED: {
        **WORK,
        "open": Status.REMINDED,
        "miss": Status.LATE,
        "snooze": Status.PLANNED,
        "move": Status.REMINDED,
    },
    Status.LATE: {
        **WORK,
        "remind again": Status.LATE,
        "lift": Status.LIFTED,
        "snooze": Status.PLANNED,
        "move": Status.LATE,
    },
    Status.LIFTED: {
        **WORK,
        "remind again": Status.LIFTED,
        "snooze": Status.PLANNED,
        "move": Status.LIFTED,
    },
    Status.DONE: {},
    Status.DROPPED: {},
}

OVER = (Status.DONE, Status.DROPPED)


class Wait(StrEnum):
    """What the clock must do next about a step."""

    OPEN = "open"
    """Ring its holder: it cannot wait."""
    REMIND = "remind"
    MISS = "miss"
    """It is late now."""
    LIFT = "lift"
    AGAIN = "remind again"


class Kind(StrEnum):
    """What a step is.

    A task waits for somebody's button. What is `told` happens elsewhere in the same moment (the
    notice to the safety representative, the card to the helper) and is kept as done. A `date`
    only stands in the plan: the yearly review of everything.
    """

    TASK = "task"
    TOLD = "told"
    DATE = "date"


class As(StrEnum):
    """As what somebody was shown a step."""

    HOLDER = "holder"
    OFFERED = "offered"
    ABOVE = "above"
    INFORMED = "informed"
    ASKED = "asked"
    """Asked to help the holder with it."""
