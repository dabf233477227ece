"""Parameters that are the answer to an earlier part of the same exam question: the stem names the part, not the number.

In JSON such a parameter is `{"answer_of": 0, "value": "9/2"}`; parts are counted from 0, and from 1 in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ANSWER_OF, VALUE = "answer_of", "value"


def is_reference(given: object) -> bool:
    """Whether it is complete: an earlier part, and the answer to it."""
    return isinstance(given, Mapping) and set(given) == {ANSWER_OF, VALUE} and type(given[ANSWER_OF]) is int


def value_of(given: Any) -> Any:
    """What the parameter is (JSON).

    >>> value_of({"answer_of": 0, "value": "9/2"}), value_of(4)
    ('9/2', 4)
    """
    return given[VALUE] if is_reference(given) else given


def references_in(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that are references."""
    return {name: given for name, given in params.items() if is_reference(given)}


def words_for(params: Mapping[str, Any]) -> dict[str, str]:
    """What the stem says in the place of each, in TeX."""
    return {
        name: rf"\text{{your answer to part {given[ANSWER_OF] + 1}}}" for name, given in references_in(params).items()
    }
