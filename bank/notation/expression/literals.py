"""Numbers as people write them: with marks between groups of three, powers of ten, a comma or a point."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal, NamedTuple

from bank.errors import Unreadable
from bank.notation.expression.arithmetic import bounded
from bank.notation.expression.spelling import Spelled

LONGEST_NUMBER = 40  # digits
RUN = re.compile(r"[0-9]+(?:[ ',.][0-9]+)*|\.[0-9]+", re.ASCII)
MARKS = re.compile(r"[ ',.]")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[ ',.][0-9]{3})+\Z", re.ASCII)
LAST_POINT = re.compile(r"\.(?=\s*(?:[-+*/^)%]|\Z))")
POWER_OF_TEN = re.compile(r"( ?)[eE]( ?)([+-]?)( ?)([0-9]+)(?![A-Za-z0-9_.,])", re.ASCII)
TIMES_TEN = re.compile(
    r"\s*([xX*])\s*10\s*(?:\^|\*\*)\s*(?:\(\s*([+-]?[0-9]{1,3})\s*\)|([+-]?[0-9]{1,3}))(?![A-Za-z0-9_.,]|\s*(?:\^|\*\*))",
    re.ASCII,
)
PERIOD = re.compile(r"\([0-9]+\)", re.ASCII)
PER_CENT = re.compile(r"\s*%")
DOTS = "·∙•⋅"

Mark = Literal["decimal", "unclear", "fraction"]
"""How `1.234` is read: as a decimal; refused, since it may be 1234; refused, and a fraction asked for."""


class Number(NamedTuple):
    """`end` is where it ends in the spelled text; `decimal` whether it may have been rounded."""

    value: Fraction
    end: int
    decimal: bool


def number_at(source: Spelled, at: int, mark: Mark, x_is_times: bool, behind: str) -> Number:
    """The number that begins at a digit or a point.

    `x_is_times` where no letter is called x; `behind` what may be of the number without its power of ten: `/`, `^` or a
    function. Raises Unreadable where it is no number, or has two readings.
    """
    run = RUN.match(source.text, at)
    assert run is not None  # noqa: S101 - the caller has seen a digit
    end, place = run.end(), source.starts[at]
    value, decimal, unclear = _digits(source, run.group(), at)
    plain_end, exponent = end, None
    if power := POWER_OF_TEN.match(source.text, end):
        exponent, end = _exponent(source, at, power), power.end()
    elif (power := TIMES_TEN.match(source.text, end)) and _belongs(source, at, power, x_is_times, behind):
        exponent, end = int(power[2] or power[3]), power.end()
    else:
        _no_other_way(source, at, end, decimal)
        if point := LAST_POINT.match(source.text, end) if run.group().isdigit() else None:
            end = point.end()
    if unclear and mark != "decimal" and not (exponent is not None and value < 10):
        raise _unclear(source, at, plain_end, mark)
    if exponent:
        decimal = decimal or exponent < 0
        value = value * Fraction(10) ** exponent
    if cent := PER_CENT.match(source.text, end):
        value, end, decimal = value / 100, cent.end(), True
    bounded(value, place)
    return Number(value, end, decimal)


def _digits(source: Spelled, run: str, at: int) -> tuple[Fraction, bool, bool]:
    """The value, whether it has decimals, and whether it could as well be a whole number."""
    if len(run) > LONGEST_NUMBER:
        raise Unreadable("a number with too many digits", position=source.starts[at])
    marks = MARKS.findall(run)
    if not marks or run[0] == ".":
        return Fraction(run), bool(marks), False
    head, _, tail = run.rpartition(marks[-1])
    if len(set(marks)) == 1 and (len(marks) > 1 or marks[0] in " '") and GROUPED.match(run):
        return Fraction(MARKS.sub("", run)), False, False
    if len(marks) == 1 and marks[0] in ",.":
        return Fraction(f"{head}.{tail}"), True, bool(GROUPED.match(run))
    if marks[-1] in ",." and marks[-1] not in marks[:-1] and len(set(marks[:-1])) == 1 and GROUPED.match(head):
        return Fraction(f"{MARKS.sub('', head)}.{tail}"), True, False
    raise _no_number(source, run, at)


def _no_number(source: Spelled, run: str, at: int) -> Unreadable:
    if " " in run:
        second = at + run.index(" ") + 1
        return Unreadable(
            f"two numbers in a row at position {source.starts[second] + 1}: write + or * between them",
            position=source.starts[second],
        )
    typed = source.written(at, at + len(run))
    return fault(f"{typed!r}", source, at, "is no number: give one answer with one decimal mark")


def fault(what: str, source: Spelled, at: int, instead: str) -> Unreadable:
    """What was found, where in the text as typed, and what would be read."""
    place = source.place(at)
    return Unreadable(f"{what} at position {place + 1} {instead}", position=place)


def _unclear(source: Spelled, at: int, end: int, mark: Mark) -> Unreadable:
    whole, decimals = MARKS.split(source.text[at:end])
    short = decimals.rstrip("0") or "0"
    plainly = f"{whole}.{decimals}0" if len(short) == len(decimals) else f"{whole}.{short}"
    as_decimal = f"give a fraction for {whole}.{decimals}" if mark == "fraction" else plainly
    typed = source.written(at, end)
    return fault(f"{typed!r}", source, at, f"has two readings: write {whole}{decimals} or {as_decimal}")


def _no_other_way(source: Spelled, at: int, end: int, decimal: bool) -> None:
    """Neither a period in parentheses nor a point at half height."""
    text = source.text
    if decimal and (period := PERIOD.match(text, end)):
        typed, digits = source.written(at, period.end()), period.group()[1:-1]
        number = text[at:end].replace(",", ".")
        raise fault(
            f"{typed!r}",
            source,
            at,
            f"has two readings, {number}{digits}{digits}… and {number}*{digits}: write a fraction, or the * too",
        )
    after = RUN.match(text, end + 1)
    if after and text[at : end + 1] == "0*" and source.written(end, end + 1) in DOTS:
        typed = source.written(at, after.end())
        raise fault(f"{typed!r}", source, at, f"has two readings: write 0.{after.group()} or 0*{after.group()}")


def _exponent(source: Spelled, at: int, power: re.Match[str]) -> int:
    _, before_sign, sign, after_sign, digits = power.groups()
    if after_sign or (before_sign and not sign):
        number, typed = source.text[at : power.start()], source.written(at, power.end())
        other = f"{number}*e {sign} {digits}" if sign else f"{number}*e*{digits}"
        raise fault(f"{typed!r}", source, at, f"has two readings: write {number}e{sign}{digits} or {other}")
    if len(digits) > 3:
        raise fault("an exponent of more than three digits", source, at, "cannot be read")
    return int(sign + digits)


def _belongs(source: Spelled, at: int, power: re.Match[str], x_is_times: bool, behind: str) -> bool:
    """Whether a power of ten is part of the number: with the letter x for a sign, it is or is not clear."""
    if power[1] == "*":
        return not behind
    if x_is_times and behind:
        number, ten = source.text[at : power.start()], f"10^{power[2] or power[3]}"
        readings = f"write {behind}({number}*{ten}) or {behind}({number})*{ten}"
        raise fault(f"a power of ten after {behind}", source, at, f"has two readings: {readings}")
    return x_is_times
