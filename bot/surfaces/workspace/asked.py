"""What the page asks, checked strictly: whatever has another shape is not from our page."""

from typing import Annotated, Literal, TypeVar

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.surfaces.slack import parse as slack
from bot.surfaces.teams import parse as teams

LARGEST_BODY = 64 * 1024
Id = Annotated[str, Field(min_length=1, max_length=100)]
LONGEST_FORWARD = 3600.0
"""Seconds."""


class Asked(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


Sent = Annotated[AwareDatetime | None, Field(strict=False)]
"""When the page's own clock says that it happened; a page without a line sends it later."""


class Said(Asked):
    id: Id
    person: Id
    text: str = ""
    at: Sent = None


class Shortcut(Asked):
    id: Id
    person: Id
    level: int = Field(ge=1)


class Language(Asked):
    id: Id
    person: Id
    language: str


class Pressed(Asked):
    """A button as Slack or as Teams would send it, and what stood in the inputs."""

    id: Id
    person: Id
    look: Literal["slack", "teams"] = Field(alias="as")
    action: dict[str, object] = {}
    inputs: dict[str, object] = {}
    at: Sent = None

    def wire(self) -> tuple[str, str]:
        """The wire name and the payload, as that platform's own parser reads them."""
        return (slack.pressed if self.look == "slack" else teams.executed)(self.action)


class Forward(Asked):
    seconds: float = Field(default=0, allow_inf_nan=False)


class Meant(Asked):
    """Which bot is meant: browsers repeat a request that was cut, and the next one is innocent."""

    boot: object = None


Shape = TypeVar("Shape", bound=Asked)


async def read(request: web.Request, shape: type[Shape]) -> Shape:
    """The body as this shape; anything else is a plain 400."""
    try:
        return shape.model_validate_json(await request.read())
    except (ValidationError, RecursionError):
        raise not_ours() from None


def not_ours() -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text="This is not something the workspace sends.")
