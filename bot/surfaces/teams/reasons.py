"""Why somebody is not reached in Teams, as one of the few reasons that content has words for."""

from collections.abc import Mapping

from bot.surfaces.teams.refusals import FORBIDDEN, REMOVED, SHUT, UNKNOWN, UNREACHABLE

REASONS: Mapping[str, str] = {
    **dict.fromkeys(UNREACHABLE.values(), "closed"),
    UNREACHABLE["UserNotFound"]: "unknown",
    UNREACHABLE["BotDisabledByAdmin"]: "owner",
    UNKNOWN: "unknown",
    FORBIDDEN: "closed",
    REMOVED: "closed",
    **dict.fromkeys(SHUT, "token"),
}
