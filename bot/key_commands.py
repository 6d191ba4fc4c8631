"""`kollega keys start-over`: a bot whose keys are lost goes on without what they sealed."""

import argparse
from contextlib import ExitStack
from typing import Any

from bot import lock
from bot.clock import wall
from bot.console import OK, complain, usable_store
from bot.keys import FileRing, file_beside, ring
from bot.records import commanded
from bot.settings import Settings
from storage.database import connect, sessions
from storage.resealing import foreign, throw_away
from storage.sealed import Ring
from storage.secrets import Secret
from storage.untraced import PassingKey

LOSE = "--lose-what-is-sealed"


def add(parser: Any) -> None:
    one = parser.add_parser("start-over", help="go on with a new key after the old are lost")
    one.add_argument(LOSE, action="store_true", required=True, help="nobody can undo it")
    one.set_defaults(run=start_over)


def start_over(known: Settings, _: argparse.Namespace) -> int:
    """Texts stay, unreadable: a key may be found yet. What the bot itself needs to go on, and can
    make anew, is thrown away. Killed in the middle, it can be done again."""
    try:
        with usable_store(known) as url, ExitStack() as opened:
            if known.database_file:
                opened.enter_context(lock.held(known.database_file))
            with sessions(connect(url, _new_ring(known)))() as session:
                lost = foreign(session)
                if not lost:
                    print("Nothing is sealed with a lost key. Nothing was thrown away.")
                    return OK
                gone = throw_away(session, Secret) + throw_away(session, PassingKey)
                commanded(session, wall(), "keys.start_over", values=lost, thrown_away=gone)
                session.commit()
    except lock.Taken as no:
        return complain("", str(no))
    print(f"{lost} values were sealed with lost keys; {gone} of them are made anew when needed.")
    return OK


def _new_ring(known: Settings) -> Ring:
    """Past the check that stops every other command (`bot/keys.py: ring`)."""
    file = file_beside(known.database_url)
    if known.keys is None and file is not None:
        return FileRing(file)
    return ring(known.keys.get_secret_value() if known.keys else None, known.database_url)
