"""The engine: one action, one transaction.

Rows, outbox, timers, audit line and seen mark commit together or not at all. Everything here is
synchronous and runs on the writer thread; the event loop never touches a database.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from time import perf_counter
from typing import Protocol

from sqlmodel import Session

from bot import outbox
from bot.actions import Action, Unknown, pack, unpack
from bot.effects import Effect, Effects, Forget, Later, Notice, Open, Redraw, Show
from bot.events import Answer, Decision, Incoming
from bot.features import Feature, Refused, answers
from bot.outbox import Parcel
from bot.spelling import spell_form
from bot.turn import Content, Gone, Turn
from bot.wire import from_json, to_json
from bot.words import Dictionary, Words, say
from storage import audit, queue
from storage.changes import changes
from storage.database import Sessions
from storage.life import NotPossible
from storage.people import Person, person

log = logging.getLogger("kollega.engine")

CLOCK_NAME = "clock"
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_NAME = 100


class Pack(Content, Protocol):
    """What the engine asks of the content pack."""

    @property
    def dictionaries(self) -> Mapping[str, Dictionary]: ...


class Shelf(Protocol):
    """Where the pack in use stands; it changes only between two turns."""

    @property
    def current(self) -> Pack: ...


NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction left to do: things to deliver, and whether the clock must look."""

    answer: Answer = NOTHING
    parcels: tuple[Parcel, ...] = ()
    timers: bool = False
    decision: Decision | None = None


class Engine:
    def __init__(
        self,
        sessions: Sessions,
        features: Sequence[Feature],
        shelf: Shelf,
        surfaces: Sequence[str],
    ) -> None:
        self.sessions = sessions
        self.features = features
        self.answers = answers(features)
        self.shelf = shelf
        self.surfaces = surfaces

    @property
    def pack(self) -> Pack:
        return self.shelf.current

    def receive(self, heard: Incoming, now: datetime) -> Outcome:
        """Handle one event; a repeat of it gets the first answer again and changes nothing."""
        started = perf_counter()
        with self.sessions() as session:
            before = queue.answered(session, heard.id)
            if before is not None:
                return Outcome(_answer_from(before))
            actor = person(session, heard.person)
            try:
                if actor is None:
                    raise Refused(say("common.unknown_person"))
                happened = unpack(heard.wire_name, heard.payload)
                turn = Turn(actor, now, session, self.pack, heard.inputs)
                outcome, effects = self._act(turn, happened, heard.id)
                session.commit()
            except (Refused, NotPossible, Gone, Unknown) as no:
                session.rollback()
                return self._refused(session, heard, actor, now, no, started)
            except Exception:
                session.rollback()
                return self._failed(session, heard, actor, now, started)
        return _decided(outcome, now, heard.person, heard.wire_name, "done", effects, started)

    def fire(self, now: datetime) -> Outcome | None:
        """Let the most overdue timer happen; None when none is due."""
        started = perf_counter()
        with self.sessions() as session:
            timer = queue.next_timer(session)
            if timer is None or timer.due > now:
                return None
            key, wire_name, payload = timer.key, timer.wire_name, timer.payload
            attempts = timer.attempts
            session.delete(timer)
            session.flush()
            try:
                turn = Turn(None, now, session, self.pack)
                outcome, effects = self._act(turn, unpack(wire_name, payload), None)
                session.commit()
            except (Refused, NotPossible, Gone):
                # The world has moved on since the timer was set: it is spent, nothing changes.
                session.rollback()
                queue.drop_timers(session, [key])
                session.commit()
                return _decided(Outcome(), now, CLOCK_NAME, wire_name, "refused", [], started)
            except Exception:
                session.rollback()
                return self._postponed(session, key, wire_name, attempts, now, started)
        return _decided(outcome, now, CLOCK_NAME, wire_name, "done", effects, started)

    def next_due(self) -> datetime | None:
        with self.sessions() as session:
            return queue.nearest(session)

    def _act(self, turn: Turn, happened: Action, event: str | None) -> tuple[Outcome, Effects]:
        answer = self.answers[type(happened)]
        if not answer.may.holds(turn, happened):
            raise Refused(answer.may.otherwise)
        with changes(turn.session) as changed:
            effects = self._redrawn(turn, answer.handler(turn, happened))
            turn.session.flush()
        said = self._said(turn, effects)
        parcels = self._queue(turn, effects)
        timers = self._set_timers(turn.session, effects)
        wire_name, payload = pack(happened)
        who = turn.actor.ref if turn.actor else CLOCK_NAME
        if event is not None:
            queue.remember(turn.session, event, turn.now, _answer_to(said))
        audit.note(
            turn.session,
            at=turn.now,
            who=who,
            what=wire_name,
            payload=payload,
            outcome="done",
            rows=sorted(changed),
            event=event or "",
        )
        return Outcome(said, tuple(parcels), timers), effects

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
        words = self.pack.dictionaries
        return outbox.put(turn.session, shows, turn.now, words, self.surfaces)

    def _set_timers(self, session: Session, effects: Effects) -> bool:
        dropped = [effect.key for effect in effects if isinstance(effect, Forget)]
        wanted = {effect.key: effect for effect in effects if isinstance(effect, Later)}
        queue.drop_timers(session, dropped)
        queue.set_timers(session, [_timer_row(later) for later in wanted.values()])
        return bool(wanted)

    def _said(self, turn: Turn, effects: Effects) -> Answer:
        """What the person who acted sees at once, in their own words."""
        if turn.actor is None:
            return Answer()
        words, zone = self.pack.dictionaries[turn.actor.language], turn.actor.zone
        notices = tuple(words.read(e.words, zone) for e in effects if isinstance(e, Notice))
        forms = [spell_form(e.form, words, zone) for e in effects if isinstance(e, Open)]
        return Answer(notices, forms[-1] if forms else None)

    def _refused(
        self,
        session: Session,
        heard: Incoming,
        actor: Person | None,
        now: datetime,
        no: Exception,
        started: float,
    ) -> Outcome:
        """An expected no: nothing changed, the person hears why, and the audit knows."""
        said = Answer((self._read(actor, _why(no)),))
        self._close_turn(session, heard, now, "refused", said)
        return _decided(Outcome(said), now, heard.person, heard.wire_name, "refused", [], started)

    def _failed(
        self,
        session: Session,
        heard: Incoming,
        actor: Person | None,
        now: datetime,
        started: float,
    ) -> Outcome:
        """A bug: nothing changed; the person gets a reference, the operator the place.

        No seen mark is left, so that the same press may be tried again.
        """
        reference = token_hex(3)
        log.exception("%s by %s failed, reference %s", heard.wire_name, heard.person, reference)
        said = Answer((self._read(actor, say("common.trouble", reference=reference)),))
        self._close_turn(session, heard, now, "failed", None)
        return _decided(Outcome(said), now, heard.person, heard.wire_name, "failed", [], started)

    def _close_turn(
        self, session: Session, heard: Incoming, now: datetime, outcome: str, said: Answer | None
    ) -> None:
        if said is not None:
            queue.remember(session, heard.id, now, _answer_to(said))
        audit.note(
            session,
            at=now,
            who=_storable(heard.person),
            what=_storable(heard.wire_name),
            payload="",  # what a client sent and the engine refused is not worth keeping
            outcome=outcome,
            rows=[],
            event=heard.id,
        )
        session.commit()

    def _postponed(
        self,
        session: Session,
        key: str,
        wire_name: str,
        attempts: int,
        now: datetime,
        started: float,
    ) -> Outcome:
        """A timer whose handler broke is kept and tried again, each time a little later."""
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
        log.exception("timer %s (%s) failed, again in %s", key, wire_name, pause)
        timer = session.get(queue.Timer, key)
        if timer:
            timer.due, timer.attempts = now + pause, attempts + 1
        session.commit()
        return _decided(Outcome(), now, CLOCK_NAME, wire_name, "failed", [], started)

    def _read(self, actor: Person | None, words: Words) -> str:
        language = actor.language if actor else "sv"
        zone = actor.zone if actor else "Europe/Stockholm"
        return self.pack.dictionaries[language].read(words, zone)


def _storable(name: str) -> str:
    """A name that a client made up, as every database takes it: short and of whole characters."""
    return name[:LONGEST_NAME].encode(errors="replace").decode().replace("\0", "?")


def _why(no: Exception) -> Words:
    match no:
        case Refused():
            return no.words
        case NotPossible():
            return say("common.too_late")
        case _:
            return say("common.old_button")


def _decided(
    outcome: Outcome,
    at: datetime,
    who: str,
    what: str,
    how: str,
    effects: Iterable[Effect],
    started: float,
) -> Outcome:
    ms = (perf_counter() - started) * 1000
    decision = Decision(at, who, what, how, tuple(effects), ms)
    return replace(outcome, decision=decision)


def _timer_row(later: Later) -> dict[str, object]:
    wire_name, payload = pack(later.action)
    return {
        "key": later.key,
        "due": later.at,
        "wire_name": wire_name,
        "payload": payload,
        "attempts": 0,
    }


def _answer_to(answer: Answer) -> str:
    form = to_json(answer.form) if answer.form else None
    return json.dumps({"notices": answer.notices, "form": form}, ensure_ascii=False)


def _answer_from(text: str) -> Answer:
    kept = json.loads(text)
    return Answer(tuple(kept["notices"]), from_json(kept["form"]) if kept["form"] else None)
