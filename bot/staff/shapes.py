"""Shapes: a site and a colleague, as content writes them."""

from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.content.marks import suggest
from bot.staff.hours import readable
from bot.words import Both
from storage.people import ROLES

RINGS = (1, 2, 3)
Address = Literal["workspace", "slack", "teams", "email", "phone"]
ADDRESSES: tuple[Address, ...] = get_args(Address)
RESPONDERS = ("responder", "team_lead")
"""Who is asked when the rings follow nearness."""

FEWEST_RESPONDERS = 2


def _role(written: str) -> str:
    if written not in ROLES:
        raise ValueError(f"unknown role{suggest(written, ROLES)}")
    return written


def _zone(written: str) -> str:
    zones = available_timezones()
    if written not in zones:
        raise ValueError(
            f"unknown time zone{suggest(written, sorted(zones)) or '; write Europe/Stockholm'}"
        )
    return written


class Site(BaseModel):
    """A place where people work: what helpers are told about it, and who answers today.

    Without `rings` those who are near are asked. Without `hours` the site is always open. `units`
    are groups that somebody keeps on a surface: whoever is in one answers here first. With
    `guests` somebody who is on no list may ask for help, as if they were at this site.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Both
    agency: Both
    address: str = Field(min_length=1)
    floor: Both
    callback: str
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Stockholm"
    cover: str
    rings: dict[int, list[str]] = {}
    hours: list[Annotated[str, AfterValidator(readable)]] = Field([], min_length=1)
    neighbours: list[str] = []
    units: dict[Address, list[Annotated[str, Field(min_length=1)]]] = {}
    guests: bool = False


class Colleague(BaseModel):
    """Somebody who works at a site; `addresses` are where the surfaces find them.

    `area` is the desk zone; without a `floor` it is the site's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    languages: list[Literal["sv", "en"]] = Field(min_length=1)
    roles: list[Annotated[str, AfterValidator(_role)]]
    unit: str
    site: str
    place: Both | str
    area: Annotated[str, Field(min_length=1)] | None = None
    floor: Both | str | None = None
    deputy: str | None = None
    addresses: dict[Address, str]

    @property
    def responds(self) -> bool:
        return any(role in self.roles for role in RESPONDERS)


SHAPES: dict[str, type[BaseModel]] = {"sites": Site, "people": Colleague}
