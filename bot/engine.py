"""The engine: one action, one transaction.

Rows, outbox, timers, audit line and seen mark commit together or not at all. Everything here is
synchronous and runs on the writer thread; the event loop never touches a database.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes, token_hex

from sqlmodel import Session

from bot import comeback, outbox
from bot.actions import Action, Unknown, unpack
from bot.cards import Card, Form
from bot.effects import Effect, Effects, Erase, Forget, Later, Notice, Open, Redraw, Show
from bot.events import SAID, Answer, Incoming
from bot.features import Answer as Handled
from bot.features import Feature, Refused, answers, views
from bot.logs import trouble
from bot.outbox import Parcel
from bot.outcome import NOBODY, Outcome, Watch
from bot.records import CLOCK
from bot.spelling import spell, spell_form
from bot.traces import Traced, Untraced
from bot.turn import Gone, Shelf, Turn
from bot.wire import timer_row
from bot.words import Words, say
from storage import audit, deliveries, replicas, seen, timers
from storage.changes import changes
from storage.database import Sessions, scrub
from storage.life import NotPossible
from storage.people import Person, person
from storage.sealed import Unreadable
from storage.untraced import hour_of, sweep

log = logging.getLogger("kollega.engine")

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
SWEEP = timedelta(minutes=15)

NOTHING = Answer()
EXPECTED = (Refused, NotPossible, Gone, Unknown)
"""A "no" that is nobody's mistake in the code."""


class Engine:
    def __init__(
        self,
        sessions: Sessions,
        features: Sequence[Feature],
        shelf: Shelf,
        surfaces: Sequence[str],
        holder: int | None = None,
        apart: Sessions | None = None,
    ) -> None:
        """`holder` is this bot's number where several share the store; `apart` opens a session for
        what decides nothing and waits for nobody's turn."""
        self.sessions, self.features, self.shelf = sessions, features, shelf
        self.apart = apart or sessions
        self.answers, self.views = answers(features), views(features)
        self.surfaces, self.holder, self.strict = surfaces, holder, False
        self.address = ""
        self.untraced = {kind.wire_name for kind, one in self.answers.items() if one.untraced}
        self.entropy: Callable[[int], bytes] = token_bytes
        self.swept_at = datetime.min.replace(tzinfo=UTC)

    def receive(self, heard: Incoming, now: datetime) -> Outcome:
        """Handle one event; a repeat of it gets the first answer again and changes nothing."""
        heard = heard.writable()
        watch = self._watch(heard, now)
        try:
            with self.sessions() as session:
                outcome = self._received(session, heard, watch)
            if heard.wire_name in self.untraced:
                scrub(session)
            return outcome
        except Exception:
            return self._lost(watch)

    def _watch(self, heard: Incoming, now: datetime) -> Watch:
        """For an untraced act it is the full hour: nothing that it writes knows more."""
        if heard.wire_name in self.untraced:
            return Watch(hour_of(now), NOBODY, heard.wire_name, Untraced(heard.mark))
        return Watch(now, heard.person, heard.wire_name, Traced(heard.mark))

    def _received(self, session: Session, heard: Incoming, watch: Watch) -> Outcome:
        before = watch.trace.before(session, watch.at)
        if before is not None:
            return Outcome(before)
        actor = person(session, heard.person)
        try:
            outcome = self._heard(session, actor, heard, watch)
            session.commit()
            return outcome
        except EXPECTED as no:
            session.rollback()
            return self._refused(session, actor, watch, no)
        except Unreadable as no:
            session.rollback()
            return self._failed(session, actor, watch, no)
        except Exception:
            session.rollback()
            return self._failed(session, actor, watch)

    def fire(self, now: datetime) -> Outcome | None:
        """Let the most overdue timer happen; None when none is due."""
        with self.sessions() as session:
            self._sweep(session, now)
            timer = timers.next_timer(session)
            if timer is None or timer.due > now:
                return None
            watch, key, attempts = (
                Watch(now, CLOCK, timer.wire_name, Traced()),
                timer.key,
                timer.attempts,
            )
            try:
                outcome = self._fallen_due(session, timer, watch)
                session.commit()
                return outcome
            except (Refused, NotPossible, Gone):
                # The world has moved on since the timer was set: it is spent, nothing changes.
                session.rollback()
                timers.drop_timers(session, [key])
                session.commit()
                return watch.told(Outcome(), "refused")
            except Exception as broken:
                session.rollback()
                return self._postponed(session, key, attempts, watch, broken)

    def look(self, name: str, ref: str, now: datetime) -> Card:
        """A view for one person, in that person's words; whatever it wrote is rolled back.

        Raises `Gone` when there is no such view, no such person, or nothing to see.
        """
        with self.apart() as session:
            try:
                view, whose = self.views.get(name), person(session, ref)
                if view is None or whose is None:
                    raise Gone(f"no view {name} of {ref}")
                pack = self.shelf.current
                card = view.draw(Turn(whose, now, session, pack, self.surfaces))
                return spell(card, pack.dictionaries[whose.language], whose.zone)
            except (*EXPECTED, Unreadable) as no:
                raise Gone(f"no view {name} of {ref}") from no
            finally:
                session.rollback()

    def _sweep(self, session: Session, now: datetime) -> None:
        """What was kept for a day of those who left no trace is thrown away."""
        if now < self.swept_at:
            return
        sweep(session, now)
        session.commit()
        self.swept_at = now + SWEEP

    def next_due(self) -> datetime | None:
        with self.apart() as session:
            return timers.nearest(session)

    def _heard(
        self, session: Session, actor: Person | None, heard: Incoming, watch: Watch
    ) -> Outcome:
        if actor is None:
            raise Refused(say("common.unknown_person"))
        happened = unpack(heard.wire_name, heard.payload)
        typed = comeback.clean(heard.inputs)
        turn = Turn(
            actor,
            watch.at,
            session,
            self.shelf.current,
            self.surfaces,
            typed,
            self.address,
            self.entropy,
            # Of an untraced act nothing may know more than the hour.
            sent_at=None if heard.wire_name in self.untraced else heard.at,
        )
        if comeback.carries_a_number(happened, self.strict):
            raise Refused(say("guard.typed"))
        known = self.answers.get(type(happened))
        if found := comeback.held(heard.inputs, self.strict, known.phones if known else ()):
            if SAID in heard.inputs:  # a typed line has no form that could come back
                raise Refused(say("guard.typed"))
            answer = self._may(turn, happened)
            form = answer.form(turn, happened) if answer.form else None
            return self._held(turn, watch, comeback.again(form, happened, typed, found))
        return self._act(turn, happened, watch)

    def _held(self, turn: Turn, watch: Watch, shown: Form) -> Outcome:
        """The form comes back. No seen mark is left: what was typed is kept nowhere."""
        turn.session.rollback()
        watch.trace.line(turn.session, watch.at, watch.who, watch.what, (), "refused")
        return watch.told(Outcome(self._said(turn, [Open(shown)])), "refused")

    def _may(self, turn: Turn, happened: Action) -> Handled:
        answer = self.answers.get(type(happened))
        if answer is None:
            raise Unknown(happened.wire_name)
        if not answer.may.holds(turn, happened):
            raise Refused(answer.may.otherwise)
        return answer

    def _fallen_due(self, session: Session, timer: timers.Due, watch: Watch) -> Outcome:
        happened = unpack(timer.wire_name, timer.payload)
        timers.drop_timers(session, [timer.key])
        turn = Turn(None, watch.at, session, self.shelf.current, self.surfaces)
        return self._act(turn, happened, watch)

    def _act(self, turn: Turn, happened: Action, watch: Watch) -> Outcome:
        """Ask whether the actor may, let the handler decide, and write all that it asked for."""
        answer = self._may(turn, happened)
        with changes(turn.session) as changed:
            effects = self._redrawn(turn, answer.handler(turn, happened))
            turn.session.flush()
        said = self._said(turn, effects)
        erase(turn.session, effects, hour_of(turn.now))
        parcels = self._queue(turn, effects)
        wakes_at = set_timers(turn.session, effects)
        if self.holder is not None and effects:
            replicas.tell_others(turn.session, self.holder)
        watch.trace.seen(turn.session, turn.now, said)
        watch.trace.line(turn.session, turn.now, watch.who, happened, sorted(changed))
        return watch.told(Outcome(said, tuple(parcels), wakes_at), "done", effects)

    def _redrawn(self, turn: Turn, effects: Effects) -> Effects:
        """Each `Redraw` becomes what every feature has open before this person."""
        done: Effects = []
        for effect in effects:
            if not isinstance(effect, Redraw):
                done.append(effect)
                continue
            of = person(turn.session, effect.of) if effect.of else turn.person
            theirs = replace(turn, actor=of)
            for feature in self.features if of else ():
                done += again(feature, theirs)
        return done

    def _queue(self, turn: Turn, effects: Effects) -> list[Parcel]:
        shows = [effect for effect in effects if isinstance(effect, Show)]
        words = self.shelf.current.dictionaries
        return outbox.put(turn.session, shows, turn.now, words, self.surfaces, self.holder)

    def _said(self, turn: Turn, effects: Effects) -> Answer:
        """What the person who acted sees at once, in their own words."""
        if turn.actor is None:
            return NOTHING
        words, zone = self.shelf.current.dictionaries[turn.actor.language], turn.actor.zone
        notices = tuple(words.read(e.words, zone) for e in effects if isinstance(e, Notice))
        forms = [spell_form(e.form, words, zone) for e in effects if isinstance(e, Open)]
        return Answer(notices, forms[-1] if forms else None)

    def _refused(
        self, session: Session, actor: Person | None, watch: Watch, no: Exception
    ) -> Outcome:
        """An expected no: nothing changed, the person hears why, and the audit knows."""
        said = Answer((self._read(actor, why(no)),), refused=True)
        watch.trace.seen(session, watch.at, said)
        watch.trace.line(session, watch.at, watch.who, watch.what, (), "refused")
        session.commit()
        return watch.told(Outcome(said), "refused")

    def _failed(
        self,
        session: Session,
        actor: Person | None,
        watch: Watch,
        sealed: Unreadable | None = None,
    ) -> Outcome:
        """A bug: nothing changed; the person gets a reference, the operator the place.

        Or a key is missing: that is no bug, and its repair is one line. No seen mark is left, so
        that the same press may be tried again.
        """
        reference = token_hex(3)
        if sealed:
            log.error("%s: %s; see kollega doctor", watch.what, sealed)
        else:
            log.exception("%s by %s failed, reference %s", watch.what, watch.who, reference)
        watch.trace.line(session, watch.at, watch.who, watch.what, (), "failed")
        session.commit()
        words = say("common.sealed") if sealed else say("common.trouble", reference=reference)
        said = Answer((self._read(actor, words),), refused=True)
        return watch.told(Outcome(said), "failed")

    def _lost(self, watch: Watch) -> Outcome:
        """Not even that could be written (a full disk, a locked store): say so all the same."""
        reference = token_hex(3)
        trouble(log, "the store takes nothing of %s, reference %s", watch.what, reference)
        said = Answer((self._read(None, say("common.trouble", reference=reference)),), refused=True)
        return watch.told(Outcome(said, kept=False), "failed")

    def _postponed(
        self, session: Session, key: str, attempts: int, watch: Watch, why: Exception
    ) -> Outcome:
        """A timer whose handler broke is kept and tried again, each time a little later."""
        pause = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
        if isinstance(why, Unreadable):
            log.error("timer %s: %s; again in %s; see kollega doctor", key, why, pause)
        else:
            log.exception("timer %s (%s) failed, again in %s", key, watch.what, pause)
        timer = session.get(timers.Timer, key)
        if timer:
            timer.due, timer.attempts = watch.at + pause, attempts + 1
        session.commit()
        return watch.told(Outcome(), "failed")

    def _read(self, actor: Person | None, words: Words) -> str:
        language = actor.language if actor else "sv"
        zone = actor.zone if actor else "Europe/Stockholm"
        return self.shelf.current.dictionaries[language].read(words, zone)


def again(feature: Feature, turn: Turn) -> Effects:
    """What no key opens keeps nothing else from being covered, or shown again."""
    try:
        return feature.redraw(turn) if feature.redraw else []
    except Unreadable as no:
        log.error("%s cannot be shown again: %s; see kollega doctor", feature.name, no)
        return []


def set_timers(session: Session, effects: Effects) -> datetime | None:
    """Write what the effects say of timers; when does the first of those set fall due?

    What is said last of a timer counts: what goes on for one reason may end for another.
    """
    said = {effect.key: effect for effect in effects if isinstance(effect, (Forget, Later))}
    timers.drop_timers(session, [key for key, one in said.items() if isinstance(one, Forget)])
    wanted = [one for one in said.values() if isinstance(one, Later)]
    timers.set_timers(session, [timer_row(later) for later in wanted])
    return min((later.at for later in wanted), default=None)


def erase(session: Session, effects: Sequence[Effect], hour: datetime) -> None:
    """Write what the effects say is to be forgotten, before anything new is queued."""
    for effect in (effect for effect in effects if isinstance(effect, Erase)):
        deliveries.erase(session, effect.slots)
        seen.unsee(session, audit.blank(session, effect.rows, hour))
        seen.unsee(session, audit.blank_tried(session, effect.by, effect.tried, hour))


def why(no: Exception) -> Words:
    match no:
        case Refused():
            return no.words
        case NotPossible():
            return say("common.too_late")
        case _:
            return say("common.old_button")
