"""The stage and the people of the demo site, ready to play."""

import logging
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

from tests import databases, postgres
from tests.databases import (
    NONE,
    ON_BOTH,
    ON_POSTGRES,
    ON_SQLITE,
    POSTGRES,
    SQLITE,
    WITHOUT_A_STORE,
    Chosen,
)
from tests.stage import Actor, Stage

Tongue = Callable[[str, str], str]

HOMES = count(1)
settings.register_profile("kollega", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kollega")  # a busy machine is nobody's mistake
LONG = Path(__file__).parent / "long.txt"
"""The tests that take long, a line each, so that `make test` stays under three minutes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", choices=("usual", "both", SQLITE, POSTGRES), default="usual")
    parser.addoption("--long", choices=("without", "only", "all"), default="without")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones (`tests/long.txt`) wait for `make more`, and so do the stories that are told in
    Swedish already; who names a file gets all of it."""
    asked, long = config.getoption("--long"), set(LONG.read_text("utf-8").split())
    if asked == "all" or (asked == "without" and config.args != config.getini("testpaths")):
        return
    apart = [item for item in items if (name(item) in long or again(item)) != (asked == "only")]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in set(apart)]


def again(item: pytest.Item) -> bool:
    """Is it the English of a story that is played in Swedish too?"""
    found = getattr(item, "callspec", None)
    return found is not None and found.params.get("language") == "en"


def name(item: pytest.Item) -> str:
    return f"{item.path.name}::{getattr(item, 'originalname', item.name)}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where a test plays on both databases, its id says which."""
    asked, module = metafunc.config.getoption("--databases"), own(metafunc.module)
    if module in WITHOUT_A_STORE:
        return
    names, both = {module, f"{module}::{metafunc.function.__name__}"}, [SQLITE, POSTGRES]
    found = {"usual": both if names & ON_BOTH else [], "both": both}.get(asked, [asked])
    found = [POSTGRES] if module in ON_POSTGRES else found
    if names & ON_SQLITE.keys():
        found = [one for one in found if one == SQLITE]
    if found or asked == POSTGRES:
        metafunc.parametrize("store_kind", found, indirect=True)


def own(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


@pytest.fixture(autouse=True)
def store_kind(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """On which database this test plays; what belongs to a PostgreSQL stands in a data folder."""
    without = own(request.module) in WITHOUT_A_STORE
    kind = getattr(request, "param", NONE if without else SQLITE)
    if kind == POSTGRES:
        home = tmp_path_factory.getbasetemp() / f"home{next(HOMES)}"
        monkeypatch.setenv("XDG_DATA_HOME", str(home))
        try:
            postgres.server()
        except postgres.Missing as why:
            pytest.skip(str(why))
    Chosen.kind = kind
    databases.HANDED.clear()  # what is there already belongs to a whole module
    logging.disable(logging.NOTSET)
    yield kind
    Chosen.kind = databases.SQLITE
    databases.swept()


@pytest.fixture
def language() -> str:
    return "sv"


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    stage = Stage(language)
    yield stage
    stage.close()


@pytest.fixture
def t(language: str) -> Tongue:
    """The Swedish or the English of two sentences, as the story is played."""
    return lambda sv, en: sv if language == "sv" else en


@pytest.fixture
def lisa(stage: Stage) -> Actor:
    return stage.person("lisa")


@pytest.fixture
def bo(stage: Stage) -> Actor:
    return stage.person("bo")


@pytest.fixture
def anna(stage: Stage) -> Actor:
    return stage.person("anna")


@pytest.fixture
def cia(stage: Stage) -> Actor:
    return stage.person("cia")


@pytest.fixture
def eva(stage: Stage) -> Actor:
    return stage.person("eva")


@pytest.fixture
def hana(stage: Stage) -> Actor:
    return stage.person("hana")


@pytest.fixture
def ivar(stage: Stage) -> Actor:
    return stage.person("ivar")


@pytest.fixture
def jonna(stage: Stage) -> Actor:
    return stage.person("jonna")


@pytest.fixture
def leo(stage: Stage) -> Actor:
    return stage.person("leo")


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a figure that was seen; it stands at the end of the run, also of a parallel one."""
    return lambda line: request.node.user_properties.append(("figure", line))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, line in getattr(report, "user_properties", ()):
                if name == "figure" and getattr(report, "when", "") == "call":
                    terminalreporter.write_line(f"figure: {line}")
