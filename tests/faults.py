"""What can go wrong with a platform's fake, on demand."""

from dataclasses import dataclass, replace


@dataclass
class Fault:
    """What happens to the next `times` calls of a kind (to one address, if `to` is given).

    `error`: the platform's own word for it; `done`: the call is carried out all the same; `drop`:
    the line is cut instead of an answer.
    """

    status: int = 200
    error: str = ""
    retry_after: int | str | None = None
    done: bool = False
    drop: bool = False
    delay: float = 0.0
    times: float = 1
    to: str = ""


class Faults:
    """Those that wait, by the kind of call."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Fault]] = {}

    def add(self, what: str, fault: Fault) -> None:
        self.waiting.setdefault(what, []).append(replace(fault))  # a test may name one twice

    def next(self, what: str, to: str) -> Fault | None:
        """What happens to this call."""
        for fault in self.waiting.get(what, ()):
            if fault.times > 0 and fault.to in ("", to):
                fault.times -= 1
                return fault
        return None

    def clear(self) -> None:
        self.waiting.clear()
