"""Slack's part of a running bot: surface, doors, listener, and what looks after them."""

import socket
from collections.abc import Coroutine
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot import feeds
from bot.actions import Action
from bot.content import Shelf
from bot.courier import Trouble
from bot.machine import Machine
from bot.manners import Manners
from bot.platform_house import PlatformHouse, guarded
from bot.slack_bare import BareAddresses
from bot.slack_care import Care
from bot.slack_news import SlackNews
from bot.slack_people import SLACK, SlackPeople
from bot.slack_screens import Screens
from bot.slack_sheets import Sheets
from bot.slack_units import SlackUnits
from bot.slack_workspaces import Workspaces
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Chosen, Line, SlackDoors
from bot.surfaces.slack.installing import Installing, Said
from bot.surfaces.slack.introduction import Introduction
from bot.surfaces.slack.oauth import Client, Granted
from bot.surfaces.slack.reasons import FADING, GONE_APP, PLACE_GONE
from bot.surfaces.slack.server import SlackServer
from bot.surfaces.slack.settings import SlackSettings
from bot.surfaces.slack.surface import SlackSurface
from bot.troubles import Troubles
from bot.words import say


class SlackHouse(PlatformHouse):
    people: SlackPeople

    def __init__(
        self, known: SlackSettings, shelf: Shelf, listening: socket.socket | None = None
    ) -> None:
        super().__init__(shelf, listening)
        self.app_token = secret(known.slack_app_token)
        self.signing_secret = secret(known.slack_signing_secret)
        self.workspaces = Workspaces(
            secret(known.slack_bot_token),
            client(known),
            known.slack_allowed,
            self._lost,
            self._fades,
        )
        self.api = SlackApi(known.slack_api_base, self.workspaces.token)
        self.people = SlackPeople(shelf, self.workspaces)
        self.surface = SlackSurface(self.api, self._instead, self.people.left)

    @property
    def introduction(self) -> Introduction | None:
        """The workspace of the token in the settings, once Slack has told which it is."""
        return self.workspaces.introduction

    def join(self, machine: Machine, manners: Manners, troubles: Troubles) -> None:
        super().join(machine, manners, troubles)
        self.workspaces.begin(machine, self.api)
        self.sheets = Sheets(machine, SLACK)
        self.units = SlackUnits(self.shelf, self.people, self.workspaces, manners)
        self.news = SlackNews(self.people, self.units, self.workspaces, machine, manners, troubles)
        self.screens = Screens(self.api, self.workspaces, self.people, self.news)
        self.bare = BareAddresses(self.people, self.workspaces, machine, manners)
        self.server = SlackServer(
            self.doors(), self.api, self.signing_secret, self.app_token, self._installing()
        )
        self.care = Care(
            self.api,
            self.server,
            self.workspaces,
            self.people,
            self.units,
            self.news,
            self.sheets,
            self.bare,
            troubles,
        )

    def doors(self) -> SlackDoors:
        return SlackDoors(
            hear=self.hear,
            person=self.people.person,
            understand=self.understand,
            shortcut=self.shortcut,
            report=self._report,
            opened=self.manners.opened,
            line=self.line,
            authorize=self.workspaces.authorize,
            noticed=self.news.take,
            sheets=self.sheets,
            blank=self.sheets.blank,
        )

    async def begin(self) -> None:
        await self.people.begin(self.machine)
        self.units.begin(self.machine)
        await self.news.begin()

    def app(self) -> web.Application:
        app = self.server.app()
        feeds.add(app, self.machine)
        return app

    def cares(self) -> dict[str, Coroutine[Any, Any, None]]:
        return {
            "arrive": self.care.arrive(),
            "look after people": self.care.look_after(),
            "watch screens": self.screens.watch(),
        }

    async def stop_hearing(self) -> None:
        await self.server.stop()

    async def close(self) -> None:
        """After the courier has stopped: nothing is sent any more."""
        await self.api.close()

    # Doors

    def address(self, stranger: str) -> str:
        place, _, user = stranger.removeprefix(f"{SLACK}:").partition("/")
        return user if self.workspaces.alone(place) else f"{place}/{user}"

    def _report(self, chosen: Chosen) -> Action | None:
        return self.about(chosen.link)

    async def _instead(self, address: str) -> str:
        return self.read(Line.NO_BUTTONS, self.people.language(address))

    # Installing

    def _installing(self) -> Installing | None:
        known = self.workspaces
        if known.client is None:
            return None
        return Installing(
            self.api, known.client, known.set_out, known.arrive, self._let_in, self._page
        )

    async def _let_in(self, by: Granted) -> bool:
        """A second workspace makes addresses unclear: that is told at once."""
        let_in = await self.workspaces.let_in(by)
        await guarded(self.bare.look(), SLACK)
        return let_in

    def _page(self, said: Said) -> tuple[str, ...]:
        return self.in_every_language(say(f"installing.{said}"))

    def _lost(self) -> None:
        """A token is dead and cannot be exchanged."""
        others = len(self.workspaces.teams()) > 1
        self.troubles(Trouble(SLACK, None, PLACE_GONE if others else GONE_APP))

    def _fades(self) -> None:
        """A token lives on for an hour or two, and will not be exchanged."""
        self.troubles(Trouble(SLACK, None, FADING))


def client(known: SlackSettings) -> Client | None:
    if not known.slack_by_oauth:
        return None
    return Client(known.slack_client_id or "", secret(known.slack_client_secret))


def secret(written: SecretStr | None) -> str:
    return written.get_secret_value() if written else ""
