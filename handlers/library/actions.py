"""What people do in the library. `place` is the message of theirs that a button stands in."""

from typing import Annotated, Literal

from pydantic import Field

from bot.actions import Action, action

Place = Annotated[int, Field(ge=0, le=2**53)]
Group = Literal["", "now", "site", "after", "lead", "prevent"]


@action("library.open")
class OpenLibrary(Action):
    pass


@action("library.browse")
class Browse(Action):
    """Look through a group, or at all of them ("")."""

    place: Place
    group: Group


@action("library.read")
class ReadCard(Action):
    place: Place
    card: Annotated[str, Field(max_length=10)]


@action("library.found")
class BackToFound(Action):
    """From a card back to what a line of theirs found."""

    place: Place


@action("library.write")
class WriteLine(Action):
    """Ask for the form in which a line can be written."""

    place: Place


@action("library.ask")
class AskLibrary(Action):
    """Such a line was written; it comes with the inputs and is kept nowhere."""

    place: Place
