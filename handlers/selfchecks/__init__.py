"""Self-checks: a short question on days 1, 7, 28 and 84, for whoever was exposed or helped.

*Green* and *yellow* are one and the same press: what a person answers is for the person alone.
It is kept that they were asked, that they want no more of it, and whom they want to talk with.
"""

from handlers.selfchecks import keeping, wishes
from handlers.selfchecks.feature import self_checks
from handlers.selfchecks.questions import begin

__all__ = ["begin", "keeping", "self_checks", "wishes"]
