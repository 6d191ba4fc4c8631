"""What can happen to a checklist."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action

Run = Annotated[int, Field(ge=1, le=2**31 - 1)]
Point = Annotated[int, Field(ge=0, le=99)]
Name = Annotated[str, Field(max_length=80)]


@action("routines.open")
class OpenRoutines(Action):
    """The door on one's own page: what is open, and what one may begin."""


@action("routines.choose")
class ChooseList(Action):
    """A form: which list?"""


@action("routines.begin")
class BeginList(Action):
    """On demand; which one stands in the form."""


@action("routines.tick")
class Tick(Action):
    """A point is done, or is not after all: what is wanted, so that a repeat changes nothing."""

    run: Run
    point: Point
    done: bool


@action("routines.skip")
class Skip(Action):
    """A form: which point, and why?"""

    run: Run


@action("routines.skipped")
class Skipped(Action):
    run: Run


@action("routines.prove")
class Prove(Action):
    """A form for a line of evidence."""

    run: Run


@action("routines.proved")
class Proved(Action):
    run: Run


@action("routines.coverage")
class ShowCoverage(Action):
    pass


@action("routines.start")
class StartRoutines(Action):
    """The bot has started, or has read content anew."""


@action("routines.look")
class LookAtSite(Action):
    """Something may be due at a site ("" is the agency)."""

    site: Name


@action("routines.due")
class RunDue(Action):
    run: Run
