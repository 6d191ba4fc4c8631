"""Whether a request is Slack's own: signed with our secret, and just now.

While it is refused everybody presses in vain, and Slack tells nobody but the presser: so an
operator reads why.
"""

import logging
from collections.abc import Mapping
from hmac import compare_digest
from time import monotonic, time

from slack_sdk.signature import SignatureVerifier

log = logging.getLogger("kollega.slack")

STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
BETWEEN = 60.0
"""Seconds between two lines: anybody can knock at a public address."""


class Signed:
    def __init__(self, secret: str) -> None:
        self.verifier = SignatureVerifier(secret) if secret else None
        self.next_line = 0.0

    def genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Before anything is parsed. slack_sdk raises where a header is nonsense."""
        try:
            stamp, mark = headers.get(STAMP), headers.get(SIGNATURE)
            if self.verifier and self.verifier.is_valid(body, stamp, mark):
                return True
            self._tell(self._late(body, stamp or "", mark or ""))
        except (ValueError, TypeError, OverflowError):
            self._tell(None)
        return False

    def _late(self, body: bytes, stamp: str, mark: str) -> float | None:
        """By how many seconds our clock differs from that of whoever knows the secret."""
        right = self.verifier and self.verifier.generate_signature(timestamp=stamp, body=body)
        return time() - int(stamp) if right and compare_digest(right, mark) else None

    def _tell(self, late: float | None) -> None:
        if monotonic() < self.next_line:
            return
        self.next_line = monotonic() + BETWEEN
        if late is None:
            log.warning(
                "a request was refused: it is not signed with KOLLEGA_SLACK_SIGNING_SECRET; if "
                "pressing does nothing, compare that with Basic Information"
            )
        else:
            log.error(
                "a request of Slack's was refused: by this machine's clock it is %.0f s old; set "
                "the clock, best by NTP",
                late,
            )
