"""The life of a case: which step may follow which status, and the words that its row keeps."""

from enum import IntEnum, StrEnum

from storage.life import Life


class Status(StrEnum):
    """A draft is no case yet: it has a table of its own (`storage/drafts.py`)."""

    RECEIVED = "received"
    READ = "read"
    PLANNED = "planned"
    ACTED = "acted"
    CLOSING = "closing"
    """It is proposed to close it; whoever reported it is asked whether it became good."""
    CLOSED = "closed"


STAYS = ("rate", "give", "note")
"""What may happen to an open case at any time: another severity, another owner, a line more."""


def _open(status: Status, **steps: Status) -> dict[str, Status]:
    return {**dict.fromkeys(STAYS, status), **steps}


LIFE: Life[Status] = {
    Status.RECEIVED: _open(Status.RECEIVED, read=Status.READ),
    Status.READ: _open(
        Status.READ, read=Status.READ, plan=Status.PLANNED, act=Status.ACTED, propose=Status.CLOSING
    ),
    Status.PLANNED: _open(
        Status.PLANNED, plan=Status.PLANNED, act=Status.ACTED, propose=Status.CLOSING
    ),
    Status.ACTED: _open(
        Status.ACTED, plan=Status.PLANNED, act=Status.ACTED, propose=Status.CLOSING
    ),
    Status.CLOSING: _open(Status.CLOSING, reopen=Status.PLANNED, close=Status.CLOSED),
    Status.CLOSED: {"reopen": Status.PLANNED},
}


class Secrecy(IntEnum):
    """Who may read a case (`spec/non-functional.md` P3)."""

    K0 = 0
    """Open within the unit."""
    K1 = 1
    """The manager and the safety representative; what a case is unless something says more."""
    K2 = 2
    """Named persons: serious, sexual, relatives."""
    K3 = 3
    """Protected particulars: security and the named manager, on no list."""


class Behalf(StrEnum):
    """As whom somebody reports."""

    SELF = "self"
    OTHER = "other"
    WITNESS = "witness"
    MANAGER = "manager"
    ELECTED = "elected"


class Naming(StrEnum):
    """Who may know who reported: everybody who may read, the owner alone, or nobody."""

    NAMED = "named"
    MANAGER = "manager"
    ANONYMOUS = "anonymous"


class Effect(StrEnum):
    """How it is for the person now. Nothing else about how they feel is kept."""

    CALM = "calm"
    UNPLEASANT = "unpleasant"
    AFRAID = "afraid"
    HURT = "hurt"


class What(StrEnum):
    """What can stand in the timeline of a case."""

    RECEIVED = "received"
    READ = "read"
    PLANNED = "planned"
    ACTED = "acted"
    PROPOSED = "proposed"
    CLOSED = "closed"
    REOPENED = "reopened"
    RAISED = "raised"
    LOWERED = "lowered"
    GIVEN = "given"
    INFORMED = "informed"
    """Somebody outside the chain was told, without a name: the safety representative."""
    ADDED = "added"
    """Who reported wrote something more."""
    UNMASKED = "unmasked"
