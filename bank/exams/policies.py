"""What holds for all questions of a bank: attempts, what is told and when, opening and closing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Self

from bank.attempts import AT_END, AT_ONCE

AFTER_CLOSING, NEVER = "after_closing", "never"
TIMES = (AT_ONCE, AT_END, AFTER_CLOSING, NEVER)
AS_POSED, ALL, PER_OPTION = "as_posed", "all", "per_option"
SCORINGS = (AS_POSED, ALL, PER_OPTION)


@dataclass(frozen=True, slots=True)
class Policies:
    """Each attempt after the first takes `penalty` of the full marks; a right choice is then worth no more than
    `choice_worth` of that attempt (the last of them goes on), since options can be guessed one by one.

    `multiple_choice` says how selections score: `as_posed`, `all` or nothing, or `per_option`, right minus wrong.
    `feedback`, `solution` and `answer` say when a learner is told the reasons against a response, the worked solution
    and the right answer: `at_once`, `at_end` (answered right, or no attempt left), `after_closing` or `never`.
    `opens` and `closes` are seconds since the epoch; `minutes` is what a learner has from the draw on.
    """

    attempts: int = 3
    penalty: float = 0.0
    choice_worth: tuple[float, ...] = (1.0, 0.0)
    multiple_choice: str = AS_POSED
    feedback: str = AT_END
    solution: str = AT_END
    answer: str = AT_END
    opens: float | None = None
    closes: float | None = None
    minutes: float | None = None

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """As `to_json` wrote it: it was read by a schema before."""
        values = {known.name: written[known.name] for known in fields(cls) if known.name in written}
        for name in ("opens", "closes"):
            values[name] = _seconds(values.get(name))
        if "choice_worth" in values:
            values["choice_worth"] = tuple(values["choice_worth"])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """With times as ISO 8601 has them."""
        found = asdict(self) | {"choice_worth": list(self.choice_worth)}
        return found | {name: written_time(getattr(self, name)) for name in ("opens", "closes")}


def written_time(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def _seconds(written: Any) -> float | None:
    return datetime.fromisoformat(written).timestamp() if isinstance(written, str) else written
