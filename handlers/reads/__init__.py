"""Reads: every opening of a case is written down, and whom it is about can see who has read."""

from handlers.reads import glass, who
from handlers.reads.feature import case_reads, grant, open_case

__all__ = ["case_reads", "glass", "grant", "open_case", "who"]
