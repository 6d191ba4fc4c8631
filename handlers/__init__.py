"""What the bot does: one feature a file, plain functions that decide and never do."""

from handlers.aftercare import after_calls
from handlers.anonymous import anonymous_reports
from handlers.availability import free_or_busy
from handlers.backups import backup_news
from handlers.briefings import briefings
from handlers.calendars import own_calendars
from handlers.cases import incident_cases
from handlers.dialogues import dialogues
from handlers.gaps import gap_cases
from handlers.guidance import guidance
from handlers.heartbeat import heartbeat
from handlers.help import help_calls
from handlers.home import home_pages
from handlers.leaflets import loose_leaflets
from handlers.leavers import leavers
from handlers.library import library
from handlers.plans import follow_up
from handlers.practice import coaching
from handlers.reads import case_reads
from handlers.ready import readiness
from handlers.reports import reports
from handlers.retention import retention
from handlers.routines import routines
from handlers.selfchecks import self_checks
from handlers.today import my_day
from handlers.triage import legal_triage
from handlers.units import site_units
from handlers.unreached import unreached_people
from handlers.visits import visits

ALL = (
    help_calls,
    guidance,
    home_pages,
    free_or_busy,
    after_calls,
    gap_cases,
    coaching,
    unreached_people,
    site_units,
    my_day,
    own_calendars,
    follow_up,
    leavers,
    self_checks,
    reports,
    incident_cases,
    legal_triage,
    anonymous_reports,
    case_reads,
    loose_leaflets,
    library,
    dialogues,
    visits,
    routines,
    briefings,
    retention,
    heartbeat,
    readiness,
    backup_news,
)
