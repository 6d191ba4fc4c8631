"""The life of a visit: which step may follow which status, and what a visit waits for."""

from enum import StrEnum

from storage.life import Life


class Status(StrEnum):
    """`LATE`, `CONTACT` and `DECISION` are the rungs of a missed check-in (J10).

    `SAID_DONE`: after an escalation the visitor said that it is over, and nobody has heard their
    voice yet. `DONE` is the calm end, `CLOSED` the end after an escalation.
    """

    PLANNED = "planned"
    STARTED = "started"
    ARRIVED = "arrived"
    LATE = "late"
    CONTACT = "contact"
    DECISION = "decision"
    SUPPORT = "support"
    FORCED = "forced"
    SAID_DONE = "said_done"
    DONE = "done"
    CLOSED = "closed"
    DROPPED = "dropped"


OVER = frozenset({Status.DONE, Status.CLOSED, Status.DROPPED})
LATE = frozenset({Status.LATE, Status.CONTACT, Status.DECISION})
CALM = frozenset({Status.STARTED, Status.ARRIVED})
LOUD = LATE | {Status.SUPPORT, Status.FORCED}

_RUNNING = {
    "ask": "same",
    "more time": "same",
    "fine": "same",
    "late": Status.LATE,
    "done": Status.DONE,
    "support": Status.SUPPORT,
    "force": Status.FORCED,
}
_ESCALATED = {
    "ring": "same",
    "more time": Status.ARRIVED,
    "fine": Status.ARRIVED,
    "arrive": Status.ARRIVED,
    "done": Status.SAID_DONE,
    "talk": Status.CLOSED,
    "meet": Status.CLOSED,
    "support": Status.SUPPORT,
    "force": Status.FORCED,
    "log": "same",
    "take": "same",
}


def _life(status: Status, steps: dict[str, str], **more: Status) -> dict[str, Status]:
    """The steps of one status; "same" leads nowhere else."""
    named = {name.replace("_", " "): after for name, after in more.items()}
    return {
        **{name: status if after == "same" else Status(after) for name, after in steps.items()},
        **named,
    }


LIFE: Life[Status] = {
    Status.PLANNED: {
        "plan": Status.PLANNED,
        "start": Status.STARTED,
        "drop": Status.DROPPED,
    },
    Status.STARTED: _life(Status.STARTED, _RUNNING, arrive=Status.ARRIVED),
    Status.ARRIVED: _life(Status.ARRIVED, _RUNNING, arrive=Status.ARRIVED),
    Status.LATE: _life(Status.LATE, _ESCALATED, no_answer=Status.CONTACT, climb=Status.CONTACT),
    Status.CONTACT: _life(
        Status.CONTACT, _ESCALATED, no_answer=Status.DECISION, climb=Status.DECISION
    ),
    Status.DECISION: _life(Status.DECISION, _ESCALATED, decide=Status.DECISION),
    Status.SUPPORT: _life(Status.SUPPORT, _ESCALATED, decide=Status.SUPPORT),
    # What a forced visitor says counts for nothing: only a person who has met them ends it.
    Status.FORCED: {
        "ring": Status.FORCED,
        "log": Status.FORCED,
        "take": Status.FORCED,
        "force": Status.FORCED,
        "support": Status.FORCED,
        "meet": Status.CLOSED,
    },
    Status.SAID_DONE: {
        "ring": Status.SAID_DONE,
        "talk": Status.CLOSED,
        "meet": Status.CLOSED,
        "no answer": Status.DECISION,
        "force": Status.FORCED,
        "support": Status.SUPPORT,
    },
    Status.DONE: {"support": Status.SUPPORT, "force": Status.FORCED},
    Status.CLOSED: {},
    Status.DROPPED: {},
}


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Decision(StrEnum):
    """What is decided when nobody has heard from a visitor."""

    GO_TWO = "go_two"
    POLICE = "police"
    WAIT = "wait"


class Wait(StrEnum):
    """What the clock must do next about a visit."""

    DROP = "drop"
    ASK = "ask"
    LATE = "late"
    CLIMB = "climb"
    RING = "ring"
    LOOK = "look"
    VOICE = "voice"
