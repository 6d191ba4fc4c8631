"""Logs: one line a thing, plain for people or JSON for machines, and never a secret in them.

The scrubber is the last one to touch a line, whoever wrote it: a library's error too.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

Kind = Literal["plain", "json"]

GONE = "•••"
NAMED = r"[\w-]{0,40}(?:secret|token|passw(?:or)?d|pwd|ticket|assertion|api[-_]?key)"
"""How a setting, a field or a parameter is called whose value nobody may read."""
QUOTE = r"\\{0,7}[\"']"
SECRETS = (
    re.compile(r"\bxox[a-z](?:\.[a-z]+)?-[\w.-]+"),
    re.compile(r"\bxapp-[\w-]+"),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
    re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{12,}"),
    re.compile(rf"(?i){QUOTE}{NAMED}{QUOTE}\s*[:=]\s*b?(?P<end>{QUOTE})(?:.*?(?<!\\)(?P=end)|.*)"),
    re.compile(rf"(?i)\b(?:{NAMED}|code|state)=[^&\s\"']+"),
    re.compile(r"(?i)\b[\w-]{0,40}(?:secret|passw(?:or)?d|pwd|_token)\s?:\s?[^\s\"']+"),
    re.compile(r"(?i)\btoken\s?:\s?(?=\S*\d)[\w.~+/=-]{8,}"),
    re.compile(r"(?i)://[^/\s:@]*:[^/\s]+@"),
    re.compile(r"(?i)\bhooks\.slack\.com/[^\s\"'<>]+"),
    re.compile(r"(?<![\w+/-])(?:[\w-]{1,32}:\s?[\w+/-]{43}=?|[\w+/-]{43}=)(?![\w+/=-])"),
)
"""Tokens of Slack and Microsoft, headers, fields as Python and JSON print them, query strings,
passwords in addresses, Slack's own secret addresses, and the keys that seal."""
SPACE = r" \t\u00a0\u00ad\u2000-\u200d\u202f\u2060\ufeff"
DASH = rf"(?:[-+{SPACE}\u2010-\u2015\u2212\ufe58\ufe63\uff0d]|\\u[0-9a-f]{{4}}){{0,3}}"
"""What people and their phones put before the last four digits, also as JSON writes it."""
PERSONAL_NUMBER = re.compile(rf"(?<!\d)(?:19|20)?\d{{2}}[01]\d[0-9]\d{DASH}\d{{4}}(?!\d)")


def scrubbed(line: str) -> str:
    for secret in SECRETS:
        line = secret.sub(GONE, line)
    return PERSONAL_NUMBER.sub(GONE, line)


class Scrubber(logging.Formatter):
    """Another formatter's line, without what must not be read."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(self.inner.format(record))


def trouble(log: logging.Logger, said: str, *facts: object) -> None:
    """Inside of `except`: a store that takes nothing is one plain line; anything else is a bug,
    and its place is told."""
    from sqlalchemy.exc import InterfaceError, OperationalError

    no = sys.exception()
    if isinstance(no, OperationalError | InterfaceError):
        log.error(f"{said}: the store: %s", *facts, why(no))
    else:
        log.exception(said, *facts)


def why(no: BaseException) -> str:
    """What an error has to say, in one line: of the store's own, without the statement."""
    said = str(getattr(no, "orig", None) or no).strip().splitlines()
    return said[0] if said else type(no).__name__


def configure(kind: Kind = "plain", level: int = logging.WARNING) -> None:
    """Every logger of this process writes to standard error so."""
    handler = ToStandardError()
    handler.setFormatter(_json() if kind == "json" else Scrubber(_plain()))
    root = logging.getLogger()
    for ours in [one for one in root.handlers if isinstance(one, ToStandardError)]:
        root.removeHandler(ours)
    root.addHandler(handler)
    root.setLevel(level)


class ToStandardError(logging.Handler):
    """Writes to what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:
            self.handleError(record)


def _plain() -> logging.Formatter:
    return logging.Formatter("%(levelname)s %(name)s: %(message)s")


def _json() -> logging.Formatter:
    import structlog  # only where logs are read by machines

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _tidied,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _tidied(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Scrubbed before it becomes JSON, which a cut in the middle would break; the line itself is
    called what operators look for."""
    event["message"] = event.pop("event", "")
    return {
        name: scrubbed(value) if isinstance(value, str) else value for name, value in event.items()
    }
