"""What can happen around a report, from the first tap to the receipt."""

from typing import Annotated, Literal

from pydantic import Field

from bot.actions import Action, action
from storage.case_life import Behalf

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Reference = Annotated[str, Field(min_length=1, max_length=300)]


@action("reports.new")
class NewReport(Action):
    """The door: a new event, from the home page or by a typed word."""


@action("reports.mine")
class Mine(Action):
    """What the person has reported, and what they have begun."""


@action("reports.answer")
class Choose(Action):
    draft: Number
    question: Code
    option: Code


@action("reports.onward")
class Onward(Action):
    """Enough was chosen of several."""

    draft: Number
    question: Code


@action("reports.more_factors")
class MoreFactors(Action):
    draft: Number


@action("reports.ask_again")
class AskAgain(Action):
    """Back to an earlier question, to correct its answer."""

    draft: Number
    question: Code


@action("reports.which")
class WhichToCorrect(Action):
    draft: Number


@action("reports.picked")
class Picked(Action):
    """A day and an hour were chosen in a form."""

    draft: Number


@action("reports.park")
class Park(Action):
    """Save now: the person stops here."""

    draft: Number


@action("reports.resume")
class Resume(Action):
    draft: Number


@action("reports.finish")
class FinishDraft(Action):
    """No more questions: to the last card with what there is."""

    draft: Number


@action("reports.throw")
class Throw(Action):
    draft: Number


@action("reports.behalf")
class ForWhom(Action):
    draft: Number


@action("reports.as")
class As(Action):
    draft: Number
    behalf: Behalf


@action("reports.exposed")
class Exposed(Action):
    """Somebody was chosen in a form as the one it happened to."""

    draft: Number
    behalf: Behalf


@action("reports.about")
class About(Action):
    """It is about whoever would receive it."""

    draft: Number
    person: Code


@action("reports.receiver")
class ChooseReceiver(Action):
    draft: Number
    person: Code


@action("reports.write")
class Write(Action):
    draft: Number


@action("reports.wrote")
class Wrote(Action):
    draft: Number


@action("reports.send")
class Send(Action):
    draft: Number
    naming: Literal["named", "manager"]


@action("reports.nameless")
class Nameless(Action):
    """Without a name: first the honest limits of it."""

    draft: Number


@action("reports.send_nameless")
class SendNameless(Action):
    draft: Number


@action("reports.sight")
class Sight(Action):
    """One tap tells a risk."""

    draft: Number
    sighting: Code


@action("reports.undo")
class Undo(Action):
    case: Number


@action("reports.wish")
class Wish(Action):
    case: Number
    wish: Literal["talk", "handover"]


@action("reports.add")
class Add(Action):
    """Something more to a case that was sent."""

    case: Number


@action("reports.added")
class Added(Action):
    case: Number


@action("reports.evidence")
class HowToKeep(Action):
    case: Number


@action("reports.refuse_file")
class RefuseFile(Action):
    """Somebody sent a picture or a file: it is not taken, and the bot says what to do instead."""


@action("reports.message")
class ReportMessage(Action):
    """A message on the platform, named by a neutral reference and never by its words."""

    reference: Reference


@action("reports.from_call")
class FromCall(Action):
    call: Number


@action("reports.not_now")
class NotNow(Action):
    call: Number


@action("reports.go")
class GoThere(Action):
    """I will go to whoever is alone."""

    case: Number


@action("reports.draft_due")
class DraftDue(Action):
    draft: Number
