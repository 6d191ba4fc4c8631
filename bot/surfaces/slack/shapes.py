"""The shape that slack-bolt takes for granted, looked at before it stumbles."""

from bot.surfaces.shapes import Json as Json
from bot.surfaces.shapes import inner as inner
from bot.surfaces.shapes import items as items
from bot.surfaces.shapes import number as number
from bot.surfaces.shapes import text as text
from bot.surfaces.shapes import words as words

OBJECTS = "view", "message", "container"
NAMED = "user", "team", "channel", "enterprise"
"""Slack gives their id, or an object that has it."""


def plausible(body: object) -> bool:
    """Has everything that slack-bolt looks into the shape that it takes for granted?"""
    if not isinstance(body, dict):
        return False
    return (
        ("event" not in body or isinstance(body["event"], dict))
        and all(isinstance(body[name], dict | None) for name in OBJECTS if name in body)
        and all(isinstance(body[name], dict | str | None) for name in NAMED if name in body)
        and ("actions" not in body or objects(body["actions"]))
        and (body.get("authorizations") in (None, []) or objects(body["authorizations"]))
        and (body.get("type") != "view_submission" or "type" in (body.get("view") or {}))
    )


def objects(found: object) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(one, dict) for one in found)
