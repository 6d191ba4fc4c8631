"""Findings: what the doctor says of one thing that it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`repair` is empty where all is well; `advice` is what would be better still."""

    check: str
    said: str
    repair: str = ""
    advice: str = ""

    def __str__(self) -> str:
        mark = "repair" if self.repair else "advice" if self.advice else "ok    "
        told = "; ".join(part for part in (self.said, self.repair, self.advice) if part)
        return f"{mark}  {self.check}: {told}"
