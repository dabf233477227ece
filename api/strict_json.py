"""JSON from strangers: no NaN, no infinity, no endless digits, no bottomless nesting, no half of a character."""

from __future__ import annotations

import json
import math
from typing import Any

from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest

from bank.variant import ready

DEEPEST_NESTING = 64
MOST_DIGITS = 40


def loads(data: bytes) -> Any:
    """The value of a body. Raises BadRequest, in time linear in its size."""
    try:
        value = _decoder.decode(data.decode())
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


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_float, parse_constant=_constant)
