"""Anonymous: a report that leads to nobody, a code that is shown once, and a dialogue by it."""

from handlers.anonymous import answers, asking, keeping
from handlers.anonymous.feature import anonymous_reports
from handlers.anonymous.sending import seal_off, too_few

__all__ = ["anonymous_reports", "answers", "asking", "keeping", "seal_off", "too_few"]
