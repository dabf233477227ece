"""Results that are kept while they fit into so many bytes.

`functools.lru_cache` counts entries, and texts have a hundred bytes or ten thousand: thousands of entries that did no
harm with the first would fill a process with the second.

>>> @kept_within(2_000)
... def twice(text):
...     print("made")
...     return text * 2
>>> twice("a"), twice("a")
made
('aa', 'aa')
>>> found = [twice(text * 100) for text in "bcde"]
made
made
made
made
>>> twice("a")
made
'aa'
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

Given = TypeVarTuple("Given")
Result = TypeVar("Result")

MIB = 2**20
ENTRY_BYTES = 200  # of a dictionary, for one entry and the tuple of its arguments
MISSING: Any = object()


def kept_within(most_bytes: int) -> Callable[[Callable[[*Given], Result]], Callable[[*Given], Result]]:
    """Keep what a function gives for its arguments, texts and tuples of texts, in about so many bytes.

    There are two generations: what was asked for lately is in the young one. Once that has half of the bytes, the old
    one is forgotten and the young one takes its place. Arguments have to be positional.
    """

    def decorate(function: Callable[[*Given], Result]) -> Callable[[*Given], Result]:
        young: dict[tuple[Any, ...], Any] = {}
        old: dict[tuple[Any, ...], Any] = {}
        held = 0

        @wraps(function)
        def kept(*given: *Given) -> Result:
            nonlocal young, old, held
            found: Result = young.get(given, MISSING)
            if found is not MISSING:
                return found
            found = old.get(given, MISSING)
            if found is MISSING:
                found = function(*given)
            held += ENTRY_BYTES + _bytes_of(given) + _bytes_of(found)
            if held > most_bytes // 2:
                young, old, held = {}, young, 0
            young[given] = found
            return found

        return kept

    return decorate


def _bytes_of(value: object) -> int:
    return sys.getsizeof(value) + (sum(map(_bytes_of, value)) if isinstance(value, tuple) else 0)
