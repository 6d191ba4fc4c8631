"""Guards: every shape of a number is stopped, look-alikes pass, and nothing typed is lost."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guards import Kind, look, luhn, marked, unmarked

TEN = st.tuples(st.integers(0, 99), st.integers(1, 12), st.integers(1, 28), st.integers(980, 989))
"""Births with the serial numbers 980 to 989, which Skatteverket gives to nobody (test persons)."""


def check_digit(nine: str) -> str:
    return next(last for last in "0123456789" if luhn(nine + last))


def number(year: int, month: int, day: int, serial: int) -> str:
    nine = f"{year:02}{month:02}{day:02}{serial:03}"
    return nine + check_digit(nine)


SAMPLE = number(85, 1, 1, 980)
COORDINATED = number(85, 1, 61, 980)
DATE, LAST = SAMPLE[:6], SAMPLE[6:]

SHAPES = (
    "{d}{l}", "{d}-{l}", "{d}+{l}", "{d} {l}", "{d} - {l}", "{d}.{l}", "{d}–{l}", "{d}−{l}",
    "{d}/{l}",
    "19{d}{l}", "19{d}-{l}", "19{d} {l}", "19 {d}-{l}", "19{d}+{l}", "{y} {m} {a} {l}",
    "{y}.{m}.{a}-{l}",
    "19{y}-{m}-{a}-{l}", "19{y}/{m}/{a} {l}", "{y}{m} {a}-{l}", "pnr{d}-{l}", "({d}-{l})",
    "p{d}{l}x",
    "nr:{d}-{l}.", "{d}-{l},", "{d}\u00a0{l}", "{d}\u200b{l}", "{d}_{l}", "{d}--{l}",
    "{d}\n{l}", "{s}",
    "{d}-{l1} {l2}", "#{d}{l}#", "se{d}{l}", "{y}-{m}-{a} {l}",
)  # fmt: skip


def written(shape: str, ten: str) -> str:
    d, last = ten[:6], ten[6:]
    return shape.format(
        d=d, l=last, y=d[:2], m=d[2:4], a=d[4:], s=" ".join(ten), l1=last[:2], l2=last[2:]
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ten", [SAMPLE, COORDINATED])
def test_every_way_to_write_a_number_is_stopped(shape: str, ten: str) -> None:
    one = written(shape, ten)
    for text in (one, f"Han heter {one} sa han", f"{one} och {one}"):
        kinds = {found.kind for found in look(text)}
        assert kinds == {Kind.NUMBER}, text


@given(TEN, st.sampled_from(SHAPES), st.booleans())
@settings(max_examples=120)
def test_generated_numbers_are_stopped_and_marked_and_nothing_else_is_changed(
    parts: tuple[int, int, int, int], shape: str, coordinated: bool
) -> None:
    year, month, day, serial = parts
    one = written(shape, number(year, month, day + 60 * coordinated, serial))
    text = f"Samtalet: {one} ringde igen."
    found = look(text)
    assert [each.kind for each in found] == [Kind.NUMBER], text
    assert unmarked(marked(text, found)) == text
    assert look(unmarked(marked(text, found))) == found


@pytest.mark.parametrize(
    "text",
    [
        "850101-T123", "19850101-R123", "850101TF12", "850101-x123", "850101 K123", "850161-T123",
        "１９８５０１０１" + "".join(chr(ord(one) + 0xFEE0) for one in LAST),  # full width
        number(0, 1, 60, 980)[:2] + "0060" + number(0, 1, 60, 980)[6:9]
        + check_digit(number(0, 1, 60, 980)[:2] + "0060" + number(0, 1, 60, 980)[6:9]),
    ],
)  # fmt: skip
def test_reserve_numbers_other_digits_and_unknown_days_are_stopped(text: str) -> None:
    assert {found.kind for found in look(text)} == {Kind.NUMBER}


PASS = (
    "114 14", "Ring 114 14 eller 112", "Polisen nås på 114 14 Polisen", "113 13", "1177",
    "116 006", "901 01",
    "dnr 2026-000123", "Ärende 2026/123456", "K-7F3Q", "Mål B 1234-26", "KFM 12345678", "Fall 118",
    "kl 08:00-16:30", "08.00–16.30", "mellan 14.30 och 15.45", "2026-11-25", "2026-11-25 14:30",
    "2012-11-25 14.30", "2026-11-25 - 2026-12-01", "2012-11-25 till 2012-12-24",
    "25/11 kl 9.15", "vecka 48",
    "1 250 000 kr", "12 345,50 kr", "1 211 301 234 kr", "3 500:-", "plan 3, rum 4012", "rum 850101",
    "Kundcenter plan 3", "grad 3, enhet 12", "10 minuter, 3 gånger, 2 personer", "AFS 2023:2 § 14",
    "SFS 2018:938", "31 § förvaltningslagen", "OSL 39 kap.", "version 2.10.11", "100 %", "10.0.0.1",
    "550e8400-e29b-41d4-a716-446655440000", "8501019999999999", "12345", "99 ballonger",
    "1-2-3-4-5-6",
    "", "Han sa att han vet var jag bor.", "åäö 😀", "2026", "850101", "1985-01-01", "19850101",
)  # fmt: skip


@pytest.mark.parametrize("text", PASS)
def test_what_only_looks_alike_passes(text: str) -> None:
    assert look(text) == []


def test_a_wrong_last_digit_passes_as_a_case_number_unless_the_agency_is_strict() -> None:
    wrong = SAMPLE[:9] + str((int(SAMPLE[9]) + 1) % 10)
    assert look(wrong) == []
    assert [found.kind for found in look(wrong, strict=True)] == [Kind.NUMBER]
    for text in PASS:
        if text not in ("2012-11-25 14.30",):
            assert look(text, strict=True) == [], text


@pytest.mark.parametrize(
    "text",
    ["070-123 45 67", "0701234567", "08-465 004 10", "+46 70 123 45 67", "0046701234567",
    "(070) 123 45 67",
     "+46 (0)70-123 45 67", "063-12 34 56", "+358 40 1234567"],
)  # fmt: skip
def test_phone_numbers_are_asked_about(text: str) -> None:
    kinds = {found.kind for found in look(f"Ring {text} ikväll")}
    assert kinds in ({Kind.PHONE}, {Kind.NUMBER}) and Kind.ADDRESS not in kinds


@pytest.mark.parametrize(
    "text",
    ["Storgatan 12", "storgatan 12 b", "Norra vägen 3", "Björkallén 7", "831 00 Östersund",
    "12 High Street",
     "Fredsplan 4", "Drottninggatan 100A, Stockholm"],
)  # fmt: skip
def test_street_addresses_are_asked_about(text: str) -> None:
    assert {found.kind for found in look(f"Han bor på {text}")} == {Kind.ADDRESS}


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_no_text_breaks_the_guard_and_marks_come_off_again(text: str) -> None:
    text = unmarked(text)
    found = look(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert unmarked(marked(text, found)) == text


def test_the_number_that_everybody_knows_from_forms_is_stopped() -> None:
    """Tolvan Tolvansson, whom Skatteverket's own examples speak of."""
    assert look("19121212-1212") and look("121212-1212")
    assert not look("121212-1213")
