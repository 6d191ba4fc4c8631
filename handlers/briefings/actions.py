"""What can happen to a shift's briefing, and to a site's level."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Name = Annotated[str, Field(max_length=80)]


@action("briefings.read")
class ReadBriefing(Action):
    briefing: Number


@action("briefings.ask")
class AskBriefing(Action):
    """A form for a question."""

    briefing: Number


@action("briefings.asked")
class AskedBriefing(Action):
    briefing: Number


@action("briefings.alone")
class AloneToday(Action):
    """I work alone today: a watch begins."""

    briefing: Number


@action("briefings.note")
class WriteNote(Action):
    """A form: what shall the next shifts know?"""


@action("briefings.noted")
class KeepNote(Action):
    pass


@action("briefings.start")
class StartBriefings(Action):
    """The bot has started, or has read content anew."""


@action("briefings.look")
class LookAtShifts(Action):
    site: Name


@action("briefings.send")
class SendBriefing(Action):
    """The next few of those whom a briefing is for."""

    briefing: Number


@action("levels.choose")
class ChooseLevel(Action):
    """A form: until when?"""


@action("levels.raise")
class RaiseLevel(Action):
    pass


@action("levels.lower")
class LowerLevel(Action):
    pass


@action("levels.over")
class LevelOver(Action):
    site: Name
