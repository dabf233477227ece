"""Lists: a page at a time, and the way to the next one as a member and as a header."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from marshmallow import ValidationError, fields

from api.links import link
from bank.store import Place
from bank.variant import ready

Item = TypeVar("Item")

ITEMS_A_PAGE = 100
FETCHED = ITEMS_A_PAGE + 1  # the one more says whether there is a next page
LINK = {"Link": {"schema": {"type": "string"}, "description": 'the next page, `rel="next"`; not on the last one'}}
LARGEST_CURSOR = 400  # characters


class Cursor(fields.String):
    """The `next` of a page, read as the place in the list where that page ended."""

    def __init__(self, listed: str) -> None:
        super().__init__(metadata={"description": "`next` of the page before"})
        self._listed = listed

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Place:  # type: ignore[override]  # text is sent
        place = read(self._listed, super()._deserialize(value, *args, **kwargs))
        if place is None:
            raise ValidationError("cursor is no `next` of this list")
        return place


def written(listed: str, place: Place) -> str:
    """A cursor: letters, digits, - and _, which clients need not read."""
    return urlsafe_b64encode(ready([listed, *place])).rstrip(b"=").decode()


def read(listed: str, cursor: str) -> Place | None:
    """The place in a list that a cursor of it means; nothing for any other text.

    >>> read("jobs", written("jobs", Place(1.5, "job-1"))), read("variants", written("jobs", Place(1.5, "job-1")))
    (Place(created=1.5, id='job-1'), None)
    """
    if len(cursor) > LARGEST_CURSOR or not cursor.isascii():
        return None
    try:
        found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(found, list) or [type(part) for part in found] != [str, float, str]:
        return None
    name, created, last = found
    return Place(created, last) if name == listed and isfinite(created) and last.isprintable() else None


def page(listed: str, found: Sequence[Item], place: Callable[[Item], Place]) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and headers of a page; `found` has one item more than a page where there is a next one."""
    shown = found[:ITEMS_A_PAGE]
    after = written(listed, place(shown[-1])) if len(found) > len(shown) else None
    return {"items": shown, "next": after}, {} if after is None else _leading_to(after)


def _leading_to(cursor: str) -> dict[str, str]:
    """With the filters of this request."""
    return {"Link": f'<{link(request.path)}?{urlencode({**request.args, "cursor": cursor})}>; rel="next"'}
