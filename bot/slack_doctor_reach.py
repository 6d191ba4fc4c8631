"""The doctor's knock at the bot's own public address, signed as Slack signs: who opens?

What a secret is worth in Slack only Slack's first request shows; but a proxy in the way, a bot that
is down or that runs with another secret is found before anybody presses in vain.
"""

import json
import time
from hmac import new as hmac

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.findings import Finding
from bot.slack_house import secret
from bot.surfaces.slack.server import PATH
from bot.surfaces.slack.settings import SlackSettings
from bot.surfaces.slack.signed import SIGNATURE, STAMP

CHECK = "public address"
WORD = "knock"
BODY = json.dumps({"type": "url_verification", "challenge": WORD}).encode()
"""What Slack itself asks when the address is entered there: nothing happens by it."""

PATIENCE = ClientTimeout(total=10)
ADVICE = "set KOLLEGA_PUBLIC_URL, so that it can be looked at from outside"


async def reached(known: SlackSettings, public_url: str | None) -> Finding:
    """Asked from this machine: a wall that stands only between Slack and us is not seen."""
    if public_url is None:
        return Finding(CHECK, "not told, so nobody has knocked there", advice=ADVICE)
    url = f"{public_url}{PATH}"
    ours = f"{known.slack_host}:{known.slack_port}"
    try:
        async with ClientSession(timeout=PATIENCE, trust_env=True) as session:
            headers = signed(secret(known.slack_signing_secret), str(int(time.time())))
            async with session.post(url, data=BODY, headers=headers) as answer:
                return _finding(url, ours, answer.status, await answer.text(errors="replace"))
    except (TimeoutError, ClientError, OSError) as no:
        repair = f"start the bot, and let what comes to {url} through to {ours}"
        return Finding(CHECK, f"{url} does not answer ({type(no).__name__})", repair)


def _finding(url: str, ours: str, status: int, said: str) -> Finding:
    if status == 200 and WORD in said:
        return Finding(CHECK, f"the bot that answers at {url} has this signing secret")
    if status == 401:
        repair = "start the bot that runs there with these settings, and look at its clock"
        return Finding(CHECK, f"who answers at {url} does not know this signing secret", repair)
    repair = f"let what comes to {url} through to {ours}, unchanged"
    return Finding(CHECK, f"{url} is answered with {status}, not by the bot", repair)


def signed(key: str, stamp: str) -> dict[str, str]:
    mark = hmac(key.encode(), b":".join((b"v0", stamp.encode(), BODY)), "sha256").hexdigest()
    return {STAMP: stamp, SIGNATURE: f"v0={mark}", "Content-Type": "application/json"}
