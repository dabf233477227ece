"""Policies of a bank as they are taken: attempts, what is told and when, opening and closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, fields, validate

from api.schemas.taken import Number, Taken, WholeNumber
from bank.exams import policies

MOST_ATTEMPTS = 100
MOST_MINUTES = 100_000
YEARS = (1970, 9000)


def when(description: str) -> fields.String:
    return fields.String(validate=validate.OneOf(policies.TIMES), metadata={"description": description})


class Moment(fields.AwareDateTime):
    """ISO 8601 with a time zone, as seconds since the epoch."""

    default_error_messages = dict.fromkeys(
        ("invalid", "invalid_awareness"), "must be a time with its zone, such as 2026-11-27T08:00:00Z"
    )

    def _deserialize(self, *given: Any, **options: Any) -> Any:
        found = super()._deserialize(*given, **options)
        if not YEARS[0] <= found.year < YEARS[1]:  # what is added to it stays a time that can be written
            raise ValidationError(f"must lie in the years {YEARS[0]} to {YEARS[1] - 1}")
        return found.astimezone(UTC).timestamp()


def falling(shares: Sequence[float]) -> None:
    """As for all banks in RESIT_CHOICE_WORTH: a right answer ends the attempts, so none may be worth more later."""
    if 0 in shares[:1] or any(after > before for before, after in pairwise(shares)):
        raise ValidationError("must begin above 0, and none may be above the one before")


class Policies(Taken):
    attempts = WholeNumber(validate=validate.Range(1, MOST_ATTEMPTS))
    penalty = Number(
        validate=validate.Range(0, 1), metadata={"description": "share of the marks that each further attempt takes"}
    )
    choice_worth = fields.List(
        Number(validate=validate.Range(0, 1)),
        validate=validate.And(validate.Length(1, MOST_ATTEMPTS), falling),
        metadata={"description": "share that a right choice earns at attempt 1, 2 and so on; the last one goes on"},
    )
    multiple_choice = fields.String(validate=validate.OneOf(policies.SCORINGS))
    feedback = when("when reasons against a response are told")
    solution = when("when the worked solution is shown")
    answer = when("when the right answer is shown")
    opens = Moment(allow_none=True)
    closes = Moment(allow_none=True)
    minutes = Number(
        allow_none=True,
        validate=validate.Range(0, MOST_MINUTES, min_inclusive=False),
        metadata={"description": "that a learner has from the draw on"},
    )
