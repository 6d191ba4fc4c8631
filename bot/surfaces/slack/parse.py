"""What Slack tells, as wire names and values. Nothing in it is trusted; the engine checks."""

from collections.abc import Mapping


def pressed(action: Mapping[str, object]) -> tuple[str, str]:
    """The wire name and payload of a pressed button (one entry of block_actions)."""
    wire_name, _, _ = str(action.get("action_id", "")).partition("#")
    return wire_name, str(action.get("value", "") or "{}")
