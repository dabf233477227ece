"""Responses: what learners have answered, what came of it, and what a person says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask import Response, request

from api import lists, spreadsheets
from api.auth import JSON, caller, needs, offers, preferred
from api.errors import Invalid
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import responses as sent
from api.schemas import taken
from bank.errors import Problem, UnknownResponse
from bank.store import Filter
from bank.variant import encoded, ready

if TYPE_CHECKING:
    from bank.grades import Change
    from bank.store import Response as Stored

CSV = "text/csv"
OFFERED = (JSON, CSV)
RESPONSE_ID = re.compile(r"response-[0-9a-f]{16}", re.ASCII)
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Accept"}
COLUMNS = (
    *("id", "given", "bank", "draw", "learner", "variant", "family", "kind", "attempt", "counted", "response"),
    *(
        "read_as",
        "told_score",
        "score",
        "max_score",
        "correct",
        "needs_grading",
        "changed",
        "changed_by",
        "changed_why",
    ),
)

blueprint = Blueprint("responses", __name__, description="What learners have answered.")


@blueprint.route("/v1/responses")
@needs("instructor")
@offers(*OFFERED)
@blueprint.arguments(taken.ResponsesQuery, location="query")
@blueprint.alt_response(200, schema=sent.Responses, headers=lists.LINK)
@blueprint.alt_response(200, schema={"type": "string"}, content_type=CSV)
def every(query: dict[str, Any]) -> Response:
    """Responses, the newest first: of a bank, a variant, a learner, or those that wait for a person.

    As JSON a hundred a page; `next` and the header `Link` lead to the next one. As CSV all of them, a row each. What a
    spreadsheet would execute begins with an apostrophe there.
    """
    responses, after = current_parts().store.responses, query.pop("cursor", None)
    if "bank" in query and current_parts().store.banks.find(query["bank"]) is None:
        raise Invalid(Problem("/bank", "no bank has this id"))
    wanted = Filter(**query)
    if preferred(request.headers.get("Accept", ""), OFFERED) == CSV:
        return table(responses.all(wanted, after))
    body, headers = lists.page("responses", responses.newest(wanted, after, lists.FETCHED), attrgetter("place"))
    body["items"] = [as_sent(found) for found in body["items"]]
    return Response(ready(body), headers=PRIVATE | headers, content_type=JSON)


@blueprint.route("/v1/responses/<response_id>/grade", methods=["POST"])
@needs("instructor")
@blueprint.arguments(taken.Mark)
@blueprint.alt_response(200, schema=sent.Response)
@blueprint.alt_response(409, "CONFLICT")
def grade(mark: dict[str, Any], response_id: str) -> Response:
    """Grade an open question, or what no answer key can judge. Graded once more, the last mark holds; all are kept.

    409 for a response that the answer key grades: a correction of its bank puts that right, for everybody.
    """
    if not RESPONSE_ID.fullmatch(response_id):
        raise UnknownResponse("no response has this id")
    marked = current_parts().store.responses.mark(response_id, mark["points"], mark["remark"], caller())
    return Response(ready(as_sent(marked)), headers=PRIVATE, content_type=JSON)


def table(found: Iterator[Stored]) -> Response:
    """Sent as it is read. The first row is read before, so that a database that is away is a 503."""
    first = next(found, None)
    rows = map(row_of, chain((), found) if first is None else chain((first,), found))
    headers = PRIVATE | {"Content-Disposition": 'attachment; filename="responses.csv"'}
    content_type = f"{CSV}; charset=utf-8; header=present"
    return Response(spreadsheets.encoded(COLUMNS, rows), headers=headers, content_type=content_type)


def row_of(found: Stored) -> list[spreadsheets.Cell]:
    holds, last = found.effective, found.changes[-1] if found.changes else None
    whose = (found.bank, found.draw, found.learner, found.variant, found.family, found.kind)
    told = (found.told["reading"]["text"], found.told["score"])
    changed = (moment(last.moment), last.who, last.why) if last else (None, None, None)
    return [
        *(found.id, moment(found.given), *whose, found.attempt, found.counted, in_a_cell(found.response), *told),
        *(holds.score, holds.max_score, holds.correct, found.needs_grading, *changed),
    ]


def in_a_cell(response: Any) -> str:
    """What was chosen or typed, where that is one thing; else all of it as JSON.

    >>> in_a_cell({"value": "9/2"}), in_a_cell({"choices": ["a", "d"]})
    ('9/2', '{"choices":["a","d"]}')
    """
    members = list(response.values()) if isinstance(response, dict) else []
    alone = members[0] if len(members) == 1 else None
    return alone if isinstance(alone, str) else json.dumps(response, ensure_ascii=False, separators=(",", ":"))


def as_sent(found: Stored) -> dict[str, Any]:
    names = ("id", "bank", "variant", "family", "kind", "learner", "attempt", "response", "counted", "needs_grading")
    told = {name: getattr(found, name) for name in names}
    effective = asdict(found.effective) | {"changes": [change_as_sent(change) for change in found.changes]}
    more = {"draw": found.draw or None, "result": found.told, "given": moment(found.given)}
    return told | more | {"effective": effective}


def change_as_sent(change: Change) -> dict[str, Any]:
    names = ("by", "correction", "score", "max_score", "who", "why")
    return {name: getattr(change, name) for name in names} | {"moment": moment(change.moment)}


def joined(head: dict[str, Any], name: str, items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """A JSON object with a last member that is a list of any length."""
    yield encoded(head)[:-1].encode() + f',"{name}":['.encode()
    for number, item in enumerate(items):
        yield (b"," if number else b"") + ready(item)
    yield b"]}"


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
