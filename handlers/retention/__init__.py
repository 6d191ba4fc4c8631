"""Retention: a list of what may be erased, the archivist's yes, and the protocol; holds beat all.

The work itself is the machine's (`bot/eraser.py`). `classes` is what content says, `cards` what
the archivist reads, `holding` keeps a case whatever its age.
"""

from handlers.retention import approving, holding
from handlers.retention.classes import periods, unconfirmed
from handlers.retention.feature import retention

__all__ = ["approving", "holding", "periods", "retention", "unconfirmed"]
