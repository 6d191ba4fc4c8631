"""What Teams tells, as wire names and values. Nothing in it is trusted; the engine checks."""

from collections.abc import Mapping


def executed(action: Mapping[str, object]) -> tuple[str, str]:
    """The wire name and payload of an Action.Execute (the action of adaptiveCard/action)."""
    data = action.get("data")
    payload = data.get("payload") if isinstance(data, Mapping) else None
    return str(action.get("verb", "")), str(payload or "{}")
