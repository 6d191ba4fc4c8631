"""The dated plan equals the table of the spec, for every severity and over every calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.command_line import main
from handlers.plans import preview
from tests.stage import demo_shelf

HERE = "Europe/Stockholm"

TABLE = {
    # step of spec/content.md 2.3: who, from which severity
    "stay": ("helper", 1),
    "write": ("exposed", 1),
    "contact": ("manager", 2),
    "danger": ("manager", 3),
    "confirm": ("security", 3),
    "home": ("manager", 2),
    "authority": ("manager", 2),
    "police": ("manager", 2),
    "safety-rep": ("manager", 2),
    "team": ("manager", 3),
    "talk": ("manager", 2),
    "peer": ("peer", 1),
    "risk": ("manager", 3),
    "handler": ("manager", 2),
    "follow-1": ("manager", 2),
    "feedback": ("manager", 0),
    "lesson": ("team", 1),
    "follow-2": ("manager", 2),
    "actions": ("owners", 1),
    "follow-3": ("manager", 3),
    "plan-review": ("security", 3),
    "yearly": ("agency", 0),
}

ALWAYS = {"stay": "+15", "write": "+15", "safety-rep": "+1", "contact": "+30"}
HOUR = {"danger": "+60", "confirm": "+60"}

STARTS = {
    "a Tuesday morning": (
        "2027-03-02 10:00",
        {
            "home": "03-02 17:00", "authority": "03-02 16:30", "police": "03-02 16:30",
            "team": "03-02 16:30", "talk": "03-05 08:30", "peer": "03-05 16:00",
            "risk": "03-05 16:00", "handler": "03-05 16:00", "follow-1": "03-09 16:00",
            "feedback": "03-09 16:00", "lesson": "03-23 16:00", "follow-2": "03-30 16:00",
            "actions": "03-30 16:00", "follow-3": "06-02 16:00", "plan-review": "06-02 16:00",
        },
    ),
    "a Friday evening": (
        "2027-03-05 19:00",
        {
            "home": "03-05 20:00", "authority": "03-08 12:00", "police": "03-08 12:00",
            "team": "03-08 12:00", "talk": "03-08 08:30", "peer": "03-08 16:00",
            "risk": "03-08 16:00", "handler": "03-08 16:00", "follow-1": "03-12 16:00",
            # Good Friday is 26 March, and the 30th comes after Easter Monday
            "feedback": "03-12 16:00", "lesson": "03-30 16:00", "follow-2": "04-02 16:00",
            # three months on is a Saturday, and the Sunday after it is the National Day
            "actions": "04-02 16:00", "follow-3": "06-07 16:00", "plan-review": "06-07 16:00",
        },
    ),
    "the day before Midsummer's Eve": (
        "2027-06-24 15:00",
        {
            "home": "06-24 17:00", "authority": "06-24 17:00", "police": "06-24 17:00",
            "team": "06-24 17:00", "talk": "06-28 08:30", "peer": "06-28 16:00",
            "risk": "06-28 16:00", "handler": "06-28 16:00", "follow-1": "07-01 16:00",
            "feedback": "07-01 16:00", "lesson": "07-15 16:00", "follow-2": "07-22 16:00",
            "actions": "07-22 16:00", "follow-3": "09-24 16:00", "plan-review": "09-24 16:00",
        },
    ),
    "into summer time": (
        "2027-03-28 01:30",  # a Sunday, Easter, half an hour before the clocks go forward
        {
            "contact": "03-28 03:00", "danger": "03-28 03:30", "confirm": "03-28 03:30",
            "home": "03-28 03:30", "authority": "03-30 12:00", "police": "03-30 12:00",
            "team": "03-30 12:00", "talk": "03-31 08:30", "peer": "03-31 16:00",
            "risk": "03-31 16:00", "handler": "03-31 16:00", "follow-1": "04-05 16:00",
            "feedback": "04-05 16:00", "lesson": "04-19 16:00", "follow-2": "04-26 16:00",
            "actions": "04-26 16:00", "follow-3": "06-28 16:00", "plan-review": "06-28 16:00",
        },
    ),
    "out of summer time": (
        "2027-10-29 14:00",  # the Friday before; the clocks go back on Sunday
        {
            "home": "10-29 17:00", "authority": "10-29 16:30", "police": "10-29 16:30",
            "team": "10-29 16:30", "talk": "11-01 08:30", "peer": "11-01 16:00",
            "risk": "11-01 16:00", "handler": "11-01 16:00", "follow-1": "11-05 16:00",
            "feedback": "11-05 16:00", "lesson": "11-19 16:00", "follow-2": "11-26 16:00",
            "actions": "11-26 16:00", "follow-3": "01-31 16:00", "plan-review": "01-31 16:00",
        },
    ),
}  # fmt: skip


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(HERE))


def plan(severity: int, start: str) -> dict[str, tuple[str, str]]:
    found = preview(demo_shelf().current, severity, at(start), HERE)
    return {
        one.step.id: (one.step.who, f"{one.due.astimezone(ZoneInfo(HERE)):%m-%d %H:%M}")
        for one in found
    }


@pytest.mark.parametrize("severity", range(6))
def test_the_plan_has_the_steps_of_the_table(severity: int) -> None:
    wanted = {id: who for id, (who, least) in TABLE.items() if least <= severity}
    found = plan(severity, "2027-03-02 10:00")
    assert {id: who for id, (who, _) in found.items()} == wanted


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("severity", [0, 1, 2, 3])
def test_every_step_is_due_when_the_table_says(name: str, severity: int) -> None:
    start, dues = STARTS[name]
    found = {id: due for id, (_, due) in plan(severity, start).items()}
    expected = {id: due for id, due in dues.items() if id in found}
    assert {id: found[id] for id in expected} == expected
    begun = at(start).timestamp()
    for id, after in {**ALWAYS, **HOUR}.items():
        if id in found:
            due = next(
                one.due
                for one in preview(demo_shelf().current, severity, at(start), HERE)
                if one.step.id == id
            )
            assert due.timestamp() - begun == int(after) * 60
    assert {*found} - {*dues} - {*ALWAYS} - {*HOUR} == {"yearly"}


@pytest.mark.parametrize("severity", [4, 5])
def test_what_is_very_serious_does_not_wait_for_monday(severity: int) -> None:
    found = plan(severity, "2027-03-05 19:00")
    for id in ("authority", "police", "team"):
        assert found[id][1] == "03-05 21:00"


def test_the_command_prints_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["plan", "preview", "--severity", "3", "--start", "2027-06-24 15:00"]
    assert main([*asked, "--language", "sv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "Thu 2027-06-24 15:30  manager    Ta kontakt personligen." in lines[3]
    assert len(lines) == len(TABLE)


def test_the_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "preview", "--severity", "3", "--start", "soon"]) == 2
    assert '--start: write a date and a time such as "2027-06-24 15:00"' in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["plan", "preview", "--severity", "6", "--start", "2027-06-24 15:00"])
