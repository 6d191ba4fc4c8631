"""Where a press spends its time: a profile, summed up by the part of the house that asked for it.

What belongs to no part (the standard library, built-ins) is laid at the door of whoever called it.
"""

from collections import defaultdict
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from typing import Any

ROOT = f"{Path(__file__).parent.parent}/"

PARTS = (
    ("waiting", ("select.epoll",)),
    ("SQLite itself, with fsync", ("sqlite3.",)),
    ("SQLAlchemy and SQLModel", ("/sqlalchemy/", "/sqlmodel/", "cyextension")),
    ("storage: questions and rows", ("/storage/",)),
    ("handlers", ("/handlers/",)),
    ("outbox: spelling and packing", ("/bot/outbox", "/bot/spell", "/bot/word", "/bot/wire",
                                      "/bot/cards", "/bot/effects", "/babel/")),
    ("engine, actions, content", ("/bot/engine", "/bot/actions", "/bot/turn", "/bot/records",
                                  "/bot/features", "/bot/content", "/bot/staff", "/bot/machine",
                                  "/bot/writer", "/bot/commands", "/bot/clock", "/bot/events")),
    ("courier and pace", ("/bot/courier", "/bot/pace")),
    ("render, limits, fallback", ("/slack/render", "/slack/check", "/slack/fallback", "/clip",
                                  "/slack/limits")),
    ("send: slack_sdk and our api", ("/slack_sdk/", "/slack/api", "/slack/surface")),
    ("bolt dispatch, parse, route", ("/slack_bolt/", "/slack/server", "/slack/router",
                                     "/slack/parse", "/slack/shapes", "/slack/presence")),
    ("aiohttp, both sides", ("/aiohttp/", "/yarl/", "/multidict/", "aiohttp._")),
)  # fmt: skip
REST = "asyncio and the rest"
ROUNDS = 40
"""How far up a chain of callers is looked."""

Function = tuple[str, int, str]


def tell(profile: Profile) -> dict[str, Any]:
    """Seconds by part, the costliest functions of ours, and how many statements were sent."""
    stats: dict[Function, Any] = Stats(profile).stats  # type: ignore[attr-defined]
    ours = [
        (row[3], row[0], f"{name[0].removeprefix(ROOT)}:{name[2]}")
        for name, row in stats.items()
        if name[0].startswith(ROOT) and ".venv" not in name[0]
    ]
    sent = sum(row[0] for name, row in stats.items() if "execute" in name[2] and _sqlite(name))
    commits = sum(row[0] for name, row in stats.items() if "commit" in name[2] and _sqlite(name))
    top = sorted(ours, reverse=True)[:40]
    return {"parts": parts(stats), "top": top, "statements": sent, "commits": commits}


def _sqlite(name: Function) -> bool:
    return "sqlite3." in name[2]


def parts(stats: dict[Function, Any]) -> dict[str, float]:
    left = {name: row[2] for name, row in stats.items()}
    found: dict[str, float] = defaultdict(float)
    for _ in range(ROUNDS):
        left = _handed_up(stats, left, found)
    found[REST] += sum(left.values())
    return dict(found)


def _handed_up(
    stats: dict[Function, Any], left: dict[Function, float], found: dict[str, float]
) -> dict[Function, float]:
    """Book what belongs to a part; hand the rest on to the callers, by what each caused."""
    onward: dict[Function, float] = defaultdict(float)
    for name, seconds in left.items():
        callers = stats[name][4]
        whole = sum(row[3] for row in callers.values())
        if part := part_of(name):
            found[part] += seconds
        elif whole <= 0:
            found[REST] += seconds
        else:
            for caller, row in callers.items():
                onward[caller] += seconds * row[3] / whole
    return onward


def part_of(name: Function) -> str | None:
    place = f"{name[0]}:{name[2]}"
    for part, marks in PARTS:
        if any(mark in place for mark in marks):
            return part
    return None
