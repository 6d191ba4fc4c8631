"""Content read anew under a running bot: whole, or not at all."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

import handlers
from bot import assembly, serving
from bot.command_line import MANNERS
from bot.house import House, build_house
from bot.staff import Site
from storage.people import person
from tests.databases import fresh_url


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the demo agency, to be edited."""
    return copytree(assembly.DEMO, tmp_path / "agency")


@pytest.fixture
async def house(pack: Path, tmp_path: Path) -> AsyncIterator[House]:
    shelf = assembly.shelf([assembly.BASE, pack], handlers.ALL)
    url = fresh_url(tmp_path)
    house = build_house(url, shelf, handlers.ALL, MANNERS)
    yield house
    house.machine.writer.close()
    if house.member:
        house.member.leave()
    with house.machine.engine.sessions() as session:
        session.get_bind().engine.dispose()


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def floor(house: House) -> str:
    return house.shelf.current.all(Site)["ostersund"].floor.sv


async def test_a_whole_pack_takes_the_place_of_the_old_one(house: House, pack: Path) -> None:
    edit(pack / "sites" / "ostersund.yaml", "plan 2", "plan 9")
    edit(pack / "people" / "ostersund.yaml", "name: Gun", "name: Gunnel")
    await serving.reload(house)
    assert floor(house) == "plan 9"
    with house.machine.engine.sessions() as session:
        gun = person(session, "gun")
    assert gun is not None
    assert gun.name == "Gunnel"


async def test_a_pack_with_mistakes_never_replaces_the_one_in_use(
    house: House, pack: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(pack / "sites" / "ostersund.yaml", "plan 2", "plan 9")
    edit(pack / "people" / "ostersund.yaml", "site: ostersund", "site: ostersnud")
    await serving.reload(house)
    assert floor(house) == "plan 2"
    assert "did you mean “ostersund”" in caplog.text
    assert "kept as it was" in caplog.text
    with house.machine.engine.sessions() as session:
        lisa = person(session, "lisa")
    assert lisa is not None
    assert lisa.site == "ostersund"


async def test_nobody_loses_the_site_that_they_work_at(
    house: House, pack: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody from a staff file works at a site that the new pack no longer describes."""
    with house.machine.engine.sessions() as session:
        ivar = person(session, "ivar")
        assert ivar is not None
        ivar.source, ivar.ref = "csv", "ivar"
        session.commit()
    (pack / "sites" / "sundsvall.yaml").unlink()
    (pack / "people" / "sundsvall.yaml").unlink()
    edit(pack / "people" / "ostersund.yaml", "site: sundsvall", "site: ostersund")
    edit(pack / "people" / "ostersund.yaml", "deputy: dag", "deputy: anna")
    await serving.reload(house)
    assert "No pack describes the site “sundsvall” of ivar" in caplog.text
    assert "sundsvall" in house.shelf.current.all(Site)
