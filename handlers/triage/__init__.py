"""Triage: five questions after a case, and whom the law wants told. Nothing is sent by itself."""

from handlers.triage import answers
from handlers.triage.feature import begin, legal_triage, shown

__all__ = ["answers", "begin", "legal_triage", "shown"]
