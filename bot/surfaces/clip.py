"""Shortening: what is too long for a platform is cut visibly, never refused by it."""


def clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
