"""What a visitor says on the way. Each word may come late and then keeps its own time."""

from bot.cards import Field, Form
from bot.effects import Effects, Open
from bot.features import ANYONE, Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.help.actions import FinishOwn
from handlers.help.presses import finish_own
from handlers.routines.runs import again_before
from handlers.visits.actions import (
    Arrived,
    Done,
    DoneOwn,
    Fine,
    KeepPlace,
    MoreTime,
    NamePlace,
    Support,
)
from handlers.visits.feature import VISITOR, of_visitor, shown, visits
from handlers.visits.reach import silent_place
from handlers.visits.rungs import ring_for, tell_change
from handlers.visits.words import place_words
from storage import help_calls
from storage.help_life import Finish
from storage.visit_told import learn, open_visit_of
from storage.visits import Visit


@visits.on(Arrived, may=VISITOR)
def arrived(turn: Turn, said: Arrived) -> Effects:
    visit = of_visitor(turn, said)
    loud = visit.loud
    visit.arrive(turn.happened_at, turn.now)
    tell_change(turn, visit, loud)
    return shown(turn, visit)


@visits.on(MoreTime, may=VISITOR)
def more_time(turn: Turn, said: MoreTime) -> Effects:
    """Counted from the end of what was planned, or from the word itself if that is past."""
    visit = of_visitor(turn, said)
    loud = visit.loud
    visit.more_time(max(visit.until, turn.happened_at) + visit.seconds("more"))
    tell_change(turn, visit, loud)
    return shown(turn, visit)


@visits.on(Fine, may=VISITOR)
def fine(turn: Turn, said: Fine) -> Effects:
    visit = of_visitor(turn, said)
    loud, (silence, *_) = visit.loud, visit.watch["silence"]
    visit.fine(turn.after(seconds=silence))
    tell_change(turn, visit, loud)
    return shown(turn, visit)


@visits.on(Support, may=VISITOR)
def support(turn: Turn, said: Support) -> Effects:
    """Somebody phones, with a reason to leave: those who stand by are rung at once."""
    visit = of_visitor(turn, said)
    visit.want_support(turn.now)
    if visit.loud:
        ring_for(turn, visit)
    return shown(turn, visit)


@visits.on(Done, may=VISITOR)
def done(turn: Turn, said: Done) -> Effects:
    """The polite word and the plain one do the same for the visitor's screen (I17)."""
    visit = of_visitor(turn, said)
    loud = visit.loud
    if said.polite:
        visit.force(turn.happened_at, turn.now)
        ring_for(turn, visit)
    else:
        visit.finish(turn.happened_at, turn.now)
        tell_change(turn, visit, loud)
    remember_place(turn, visit)
    return [*shown(turn, visit), *again_before(turn, visit.visitor)]


def remember_place(turn: Turn, visit: Visit) -> None:
    """Where a phone was silent, the next visitor plans for it."""
    if visit.place and silent_place(visit):
        visit.learned = learn(turn.session, visit.site, visit.place, turn.now)


@visits.on(DoneOwn, may=ANYONE)
def done_own(turn: Turn, said: DoneOwn) -> Effects:
    """Typed. A help call of one's own comes first; then the visit."""
    me = turn.person.ref
    visit = open_visit_of(turn.session, me)
    if help_calls.open_call_of(turn.session, me) or visit is None or not visit.running:
        return finish_own(turn, FinishOwn(Finish.FORCED if said.polite else Finish.DONE))
    return done(turn, Done(visit.number, said.polite))


@visits.on(NamePlace, may=VISITOR)
def name_place(turn: Turn, said: NamePlace) -> Effects:
    cover = cover_of(turn.content, turn.person)
    field = Field("place", cover("visit_place"))
    return [Open(Form(cover("visit_name_place"), (field,), cover("yes"), KeepPlace(said.visit)))]


@visits.on(KeepPlace, may=VISITOR)
def keep_place(turn: Turn, said: KeepPlace) -> Effects:
    visit = turn.get(Visit, said.visit)
    if visit.place is not None or visit.screen != "done":
        raise Refused(say("common.old_button"))
    visit.place = place_words(turn, "place")
    remember_place(turn, visit)
    return shown(turn, visit)
