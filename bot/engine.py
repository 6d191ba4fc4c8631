"""The engine: one action, one transaction.

Rows, outbox, timers, audit line and seen mark commit together or not at all. Everything here is
synchronous and runs on the writer thread; the event loop never touches a database.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import token_hex
from time import perf_counter

from sqlmodel import Session

from bot import outbox
from bot.actions import Action, Unknown, unpack
from bot.cards import Card
from bot.effects import Effect, Effects, Forget, Later, Notice, Open, Redraw, Show
from bot.events import Answer, Decision, Incoming
from bot.features import Feature, Refused, answers, views
from bot.outbox import Parcel
from bot.records import CLOCK, record
from bot.spelling import spell, spell_form
from bot.turn import Gone, Shelf, Turn
from bot.wire import answer_from_json, answer_to_json, timer_row
from bot.words import Words, say
from storage import queue
from storage.changes import changes
from storage.database import Sessions
from storage.life import NotPossible
from storage.people import Person, person

log = logging.getLogger("kollega.engine")

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
NOTHING = Answer()
EXPECTED = (Refused, NotPossible, Gone, Unknown)
"""A "no" that is nobody's mistake in the code."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction left to do: things to deliver, and whether the clock must look.

    `kept` is False where the store took nothing at all: nobody will know that it was heard.
    """

    answer: Answer = NOTHING
    parcels: tuple[Parcel, ...] = ()
    timers: bool = False
    decision: Decision | None = None
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """Who does what, and since when: from it a decision is told to those who watch."""

    at: datetime
    who: str
    what: str
    started: float = field(default_factory=perf_counter)

    def told(self, outcome: Outcome, how: str, effects: Sequence[Effect] = ()) -> Outcome:
        ms = (perf_counter() - self.started) * 1000
        decision = Decision(self.at, self.who, self.what, how, tuple(effects), ms)
        return replace(outcome, decision=decision)


class Engine:
    def __init__(
        self,
        sessions: Sessions,
        features: Sequence[Feature],
        shelf: Shelf,
        surfaces: Sequence[str],
    ) -> None:
        self.sessions, self.features, self.shelf = sessions, features, shelf
        self.answers, self.views = answers(features), views(features)
        self.surfaces = surfaces

    def receive(self, heard: Incoming, now: datetime) -> Outcome:
        """Handle one event; a repeat of it gets the first answer again and changes nothing."""
        watch = Watch(now, heard.person, heard.wire_name)
        try:
            with self.sessions() as session:
                return self._received(session, heard, watch)
        except Exception:
            return self._lost(watch)

    def _received(self, session: Session, heard: Incoming, watch: Watch) -> Outcome:
        before = queue.answered(session, heard.mark)
        if before is not None:
            return Outcome(answer_from_json(before))
        actor = person(session, heard.person)
        try:
            outcome = self._heard(session, actor, heard, watch)
            session.commit()
            return outcome
        except EXPECTED as no:
            session.rollback()
            return self._refused(session, actor, heard, watch, no)
        except Exception:
            session.rollback()
            return self._failed(session, actor, heard, watch)

    def fire(self, now: datetime) -> Outcome | None:
        """Let the most overdue timer happen; None when none is due."""
        with self.sessions() as session:
            timer = queue.next_timer(session)
            if timer is None or timer.due > now:
                return None
            watch, key, attempts = Watch(now, CLOCK, timer.wire_name), timer.key, timer.attempts
            try:
                outcome = self._fallen_due(session, timer, watch)
                session.commit()
                return outcome
            except (Refused, NotPossible, Gone):
                # The world has moved on since the timer was set: it is spent, nothing changes.
                session.rollback()
                queue.drop_timers(session, [key])
                session.commit()
                return watch.told(Outcome(), "refused")
            except Exception:
                session.rollback()
                return self._postponed(session, key, attempts, watch)

    def look(self, name: str, ref: str, now: datetime) -> Card:
        """A view for one person, in that person's words; whatever it wrote is rolled back.

        Raises `Gone` when there is no such view, no such person, or nothing to see.
        """
        with self.sessions() as session:
            try:
                view, whose = self.views.get(name), person(session, ref)
                if view is None or whose is None:
                    raise Gone(f"no view {name} of {ref}")
                pack = self.shelf.current
                card = view.draw(Turn(whose, now, session, pack, self.surfaces))
                return spell(card, pack.dictionaries[whose.language], whose.zone)
            except EXPECTED as no:
                raise Gone(f"no view {name} of {ref}") from no
            finally:
                session.rollback()

    def next_due(self) -> datetime | None:
        with self.sessions() as session:
            return queue.nearest(session)

    def _heard(
        self, session: Session, actor: Person | None, heard: Incoming, watch: Watch
    ) -> Outcome:
        if actor is None:
            raise Refused(say("common.unknown_person"))
        happened = unpack(heard.wire_name, heard.payload)
        pack, at = self.shelf.current, heard.at
        turn = Turn(actor, watch.at, session, pack, self.surfaces, heard.inputs, at)
        return self._act(turn, happened, watch, heard.mark)

    def _fallen_due(self, session: Session, timer: queue.Timer, watch: Watch) -> Outcome:
        happened = unpack(timer.wire_name, timer.payload)
        session.delete(timer)
        session.flush()
        turn = Turn(None, watch.at, session, self.shelf.current, self.surfaces)
        return self._act(turn, happened, watch, event=None)

    def _act(self, turn: Turn, happened: Action, watch: Watch, event: str | None) -> Outcome:
        """Ask whether the actor may, let the handler decide, and write all that it asked for."""
        answer = self.answers[type(happened)]
        if not answer.may.holds(turn, happened):
            raise Refused(answer.may.otherwise)
        with changes(turn.session) as changed:
            effects = self._redrawn(turn, answer.handler(turn, happened))
            turn.session.flush()
        said = self._said(turn, effects)
        parcels = self._queue(turn, effects)
        timers = set_timers(turn.session, effects)
        if event is not None:
            queue.remember(turn.session, event, turn.now, answer_to_json(said))
        record(turn.session, turn.now, watch.who, happened, sorted(changed), event)
        return watch.told(Outcome(said, tuple(parcels), timers), "done", effects)

    def _redrawn(self, turn: Turn, effects: Effects) -> Effects:
        """Each `Redraw` becomes what every feature has open before this person."""
        done: Effects = []
        for effect in effects:
            if not isinstance(effect, Redraw):
                done.append(effect)
                continue
            for feature in self.features:
                done += feature.redraw(turn) if feature.redraw else []
        return done

    def _queue(self, turn: Turn, effects: Effects) -> list[Parcel]:
        shows = [effect for effect in effects if isinstance(effect, Show)]
        words = self.shelf.current.dictionaries
        return outbox.put(turn.session, shows, turn.now, words, self.surfaces)

    def _said(self, turn: Turn, effects: Effects) -> Answer:
        """What the person who acted sees at once, in their own words."""
        if turn.actor is None:
            return NOTHING
        words, zone = self.shelf.current.dictionaries[turn.actor.language], turn.actor.zone
        notices = tuple(words.read(e.words, zone) for e in effects if isinstance(e, Notice))
        forms = [spell_form(e.form, words, zone) for e in effects if isinstance(e, Open)]
        return Answer(notices, forms[-1] if forms else None)

    def _refused(
        self, session: Session, actor: Person | None, heard: Incoming, watch: Watch, no: Exception
    ) -> Outcome:
        """An expected no: nothing changed, the person hears why, and the audit knows."""
        said = Answer((self._read(actor, why(no)),))
        queue.remember(session, heard.mark, watch.at, answer_to_json(said))
        record(session, watch.at, heard.person, heard.wire_name, [], heard.mark, "refused")
        session.commit()
        return watch.told(Outcome(said), "refused")

    def _failed(
        self, session: Session, actor: Person | None, heard: Incoming, watch: Watch
    ) -> Outcome:
        """A bug: nothing changed; the person gets a reference, the operator the place.

        No seen mark is left, so that the same press may be tried again.
        """
        reference = token_hex(3)
        log.exception("%s by %s failed, reference %s", heard.wire_name, heard.person, reference)
        record(session, watch.at, heard.person, heard.wire_name, [], heard.mark, "failed")
        session.commit()
        said = Answer((self._read(actor, say("common.trouble", reference=reference)),))
        return watch.told(Outcome(said), "failed")

    def _lost(self, watch: Watch) -> Outcome:
        """Not even that could be written (a full disk, a locked store): say so all the same."""
        reference = token_hex(3)
        log.exception("the store takes nothing of %s, reference %s", watch.what, reference)
        said = Answer((self._read(None, say("common.trouble", reference=reference)),))
        return watch.told(Outcome(said, kept=False), "failed")

    def _postponed(self, session: Session, key: str, attempts: int, watch: Watch) -> Outcome:
        """A timer whose handler broke is kept and tried again, each time a little later."""
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
        log.exception("timer %s (%s) failed, again in %s", key, watch.what, pause)
        timer = session.get(queue.Timer, key)
        if timer:
            timer.due, timer.attempts = watch.at + pause, attempts + 1
        session.commit()
        return watch.told(Outcome(), "failed")

    def _read(self, actor: Person | None, words: Words) -> str:
        language = actor.language if actor else "sv"
        zone = actor.zone if actor else "Europe/Stockholm"
        return self.shelf.current.dictionaries[language].read(words, zone)


def set_timers(session: Session, effects: Effects) -> bool:
    """Write what the effects say of timers; were any set?"""
    dropped = [effect.key for effect in effects if isinstance(effect, Forget)]
    wanted = {effect.key: effect for effect in effects if isinstance(effect, Later)}
    queue.drop_timers(session, dropped)
    queue.set_timers(session, [timer_row(later) for later in wanted.values()])
    return bool(wanted)


def why(no: Exception) -> Words:
    match no:
        case Refused():
            return no.words
        case NotPossible():
            return say("common.too_late")
        case _:
            return say("common.old_button")
