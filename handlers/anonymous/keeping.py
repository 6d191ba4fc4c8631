"""How long the code of a report without a name opens its dialogue; the dialogue is the case's."""

from sqlmodel import col, select

from handlers.anonymous.feature import anonymous_reports
from storage.anonymous import CaseCode
from storage.case_life import Status
from storage.cases import Case
from storage.erasing import Kept

CLOSED_AT = (
    select(Case.closed_at)
    .where(col(Case.id) == col(CaseCode.case), Case.status == Status.CLOSED)
    .scalar_subquery()
)

anonymous_reports.keeps(Kept("R-J", CaseCode, CLOSED_AT, case=col(CaseCode.case)))
