"""What is kept of one learner: told to whoever has a right to it, and made to belong to nobody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from api.auth import caller, needs
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import responses as sent
from api.schemas import taken
from api.views.responses import PRIVATE, as_sent, change_as_sent, joined, moment
from bank.errors import UnknownLearner
from bank.grades import regraded
from bank.store import Filter

blueprint = Blueprint("learners", __name__, description="What is kept of learners.")


@blueprint.route("/v1/learners")
@needs("instructor")
@blueprint.arguments(taken.NamedLearner, location="query")
@blueprint.alt_response(200, schema=sent.Learner)
@blueprint.alt_response(404, "NOT_FOUND")
def everything(query: dict[str, Any]) -> Response:
    """All that is kept of one learner, as one document: draws, allowances, attempts, and every response.

    404 where nothing is.
    """
    store, learner = current_parts().store, query["learner"]
    kept = store.learners.kept(learner)
    if kept is None:
        raise UnknownLearner("nothing is kept of a learner of this name")
    head = {"learner": learner} | told(kept)
    responses = map(as_sent, store.responses.all(Filter(learner=learner)))
    return Response(joined(head, "responses", responses), headers=PRIVATE, content_type="application/json")


@blueprint.route("/v1/erasures", methods=["POST"])
@needs("instructor")
@blueprint.arguments(taken.Erasing)
@blueprint.response(200, sent.Erasure)
@blueprint.alt_response(404, "NOT_FOUND")
def erase(body: dict[str, Any]) -> dict[str, Any]:
    """Replace a learner's name by a random one wherever it stands, and delete what the learner has written in words.

    Results stay, and belong to nobody; nothing says to whom they belonged. 404 where nothing is kept under the name,
    which is what a call that is repeated is told.
    """
    return asdict(current_parts().store.learners.erase(body["learner"], caller(), body["texts"]))


def told(kept: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The rows of the record as they are sent."""
    variants: dict[str, list[dict[str, Any]]] = {}
    for row in kept["drawn"]:
        variants.setdefault(row.pop("draw"), []).append(row)
    draws = [
        {name: row[name] for name in ("id", "bank", "revision", "pool", "occasion")}
        | {"made": moment(row["made"]), "variants": variants.get(row["id"], [])}
        for row in kept["draws"]
    ]
    attempts = [
        row | {"draw": row["draw"] or None, "closed": None if row["closed"] is None else moment(row["closed"])}
        for row in kept["attempts"]
    ]
    granted = [granted_as_sent(row) for row in kept["regrades"] if row["attempt"] == 0]
    return {"draws": draws, "allowances": kept["allowances"], "attempts": attempts, "granted": granted}


def granted_as_sent(row: dict[str, Any]) -> dict[str, Any]:
    return {"draw": row["draw"] or None, "variant": row["variant"], "change": change_as_sent(regraded(row))}
