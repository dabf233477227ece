"""JSON from strangers: no NaN, no infinity, no endless digits, no bottomless nesting, no half of a character, no name
twice in an object, no masses of values."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest

from bank.variant import ready

DEEPEST_NESTING = 64
MOST_DIGITS = 40
MOST_VALUES = 10_000  # a batch has 100 items; counted before anything is made of them
MOST_MEMBERS = 200  # of one object
MOST_NAME_CHARACTERS = 200  # of a member: errors name it
TOO_MANY_VALUES = re.compile(  # a comma or an opening bracket outside of strings, once more than is allowed
    rb'(?:[^",[{]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^",[{]*+)*+[,[{]){%d}' % (MOST_VALUES + 1), re.DOTALL
)


def loads(data: bytes) -> Any:
    """The value of a body. Raises BadRequest, in time linear in its size."""
    _demand_few_values(data)
    try:
        value = _decoder.decode(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadRequest("the body is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise _too_deep() from None
    _inspect(value)
    return value


class Provider(JSONProvider):
    """What Flask reads and writes JSON with."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return loads(s.encode() if isinstance(s, str) else s)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return ready(obj).decode()


def _demand_few_values(data: bytes) -> None:
    """Every value but the first follows a comma or opens something. Where these are many, those in strings are told
    apart, and no more is read than it takes."""
    if sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES and TOO_MANY_VALUES.match(data):
        raise BadRequest(f"the body holds more than {MOST_VALUES} values")


def _inspect(value: Any) -> None:
    """Level by level, because a recursive walk would fall into the trap it looks for."""
    level = [value]
    for _ in range(DEEPEST_NESTING):
        for item in level:
            if isinstance(item, str):
                _inspect_text(item)
        level = [part for item in level if isinstance(item, dict | list) for part in _parts(item)]
        if not level:
            return
    raise _too_deep()


def _parts(item: dict[str, Any] | list[Any]) -> list[Any]:
    return [*item.keys(), *item.values()] if isinstance(item, dict) else item


def _inspect_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadRequest("the body holds half of a surrogate pair")


def _object(members: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len(members) > MOST_MEMBERS:
        raise BadRequest(f"the body has an object of more than {MOST_MEMBERS} members")
    found = dict(members)
    if len(found) < len(members):
        name = Counter(name for name, _ in members).most_common(1)[0][0]
        raise BadRequest(f"the body has the member {_quoted(name)} twice in one object")
    for name in found:
        if len(name) > MOST_NAME_CHARACTERS:
            raise BadRequest(f"the body has a member whose name is longer than {MOST_NAME_CHARACTERS} characters")
    return found


def _quoted(name: str) -> str:
    """In ASCII, since it may hold half of a surrogate pair."""
    return json.dumps(name[:MOST_NAME_CHARACTERS])


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise BadRequest(f"the body holds an integer of more than {MOST_DIGITS} digits")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise BadRequest("the body holds a number that is out of range")
    return value


def _constant(name: str) -> Any:
    raise BadRequest(f"the body holds {name}, which JSON does not have")


def _too_deep() -> BadRequest:
    return BadRequest(f"the body is nested more than {DEEPEST_NESTING} deep")


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_float, parse_constant=_constant, object_pairs_hook=_object)
