"""Banks: built in the background, looked at, published, archived."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from api import lists
from api.auth import needs
from api.errors import Invalid
from api.links import link
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import banks as sent
from api.schemas import blueprints, taken
from api.views.grading import IDEMPOTENCY_KEY, repeatable
from api.views.variants import RETRY_SECONDS
from bank import registry
from bank.errors import NotPublished, Problem
from bank.exams import building, reading
from bank.exams.blueprint import Blueprint as Contents
from bank.exams.papers import paper
from bank.store import Place
from bank.variant import ready

if TYPE_CHECKING:
    from bank.store import Bank, Member, Plan, Revision

BANK_ID = re.compile(r"bank-[0-9a-f]{16}", re.ASCII)
JOB = {"Location": {"schema": {"type": "string"}, "description": "the job"}}

blueprint = Blueprint("banks", __name__, description="Banks of verified variants.")


@blueprint.route("/v1/banks", methods=["POST"])
@needs("instructor")
@blueprint.arguments(blueprints.NewBank)
@blueprint.alt_response(202, schema=sent.Ordered, headers=JOB)
@blueprint.doc(parameters=[IDEMPOTENCY_KEY])
def create(asked: dict[str, Any]) -> Response:
    """Build a bank: so many distinct variants of each item, each proven in the lab.

    `warnings` name items that ask for more questions than there are.
    """
    plan, warnings = planned(asked)
    call = repeatable(request.headers.get("Idempotency-Key"))
    made = current_parts().store.banks.create(asked["name"], plan, call, asked)
    return ordered(made, plan, warnings)


@blueprint.route("/v1/banks")
@needs("instructor")
@blueprint.arguments(taken.BanksQuery, location="query")
@blueprint.response(200, sent.Banks, headers=lists.LINK)
def every(query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Every bank, the newest first. A hundred a page."""
    found = current_parts().store.banks.newest(query.get("cursor"), lists.FETCHED)
    body, headers = lists.page("banks", found, attrgetter("place"))
    return body | {"items": [as_sent(bank) for bank in body["items"]]}, headers


@blueprint.route("/v1/banks/<bank_id>")
@needs("instructor")
@blueprint.arguments(taken.BankQuery, location="query")
@blueprint.response(200, sent.WholeBank, headers=lists.LINK)
def show(query: dict[str, Any], bank_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    """One revision of a bank, the newest unless another is asked for, and a hundred of its variants a page."""
    bank = bank_of(bank_id)
    revision = revision_of(bank, query.get("revision", bank.revision))
    store = current_parts().store.banks
    found = store.members(bank.id, revision.revision, _after(query.get("cursor")), lists.FETCHED)
    page, headers = lists.page("members", found, _place)
    current = {name: family.version() for name, family in registry.all_families().items()}
    items = [asdict(item) | {"refused": counted(item.refused)} for item in store.items(bank.id, revision.revision)]
    variants = [asdict(member) | {"stale": is_stale(member, current)} for member in page["items"]]
    return as_sent(bank) | {
        "shown": asdict(revision) | {"items": items},
        "variants": variants,
        "next": page["next"],
    }, headers


@blueprint.route("/v1/banks/<bank_id>/regenerate", methods=["POST"])
@needs("instructor")
@blueprint.arguments(blueprints.Regenerate)
@blueprint.alt_response(202, schema=sent.Ordered, headers=JOB)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(parameters=[IDEMPOTENCY_KEY])
def regenerate(asked: dict[str, Any], bank_id: str) -> Response:
    """Build a new revision, of the same items unless others are given; the published one stays as it is.

    409 for a bank that is archived.
    """
    bank = bank_of(bank_id)
    before = revision_of(bank, bank.revision).blueprint
    plan, warnings = planned(asked if "items" in asked or "paper" in asked else before | asked)
    call = repeatable(request.headers.get("Idempotency-Key"))
    made = current_parts().store.banks.regenerate(bank.id, plan, call, {"bank": bank.id} | asked)
    return ordered(made, plan, warnings)


@blueprint.route("/v1/banks/<bank_id>/resume", methods=["POST"])
@needs("instructor")
@blueprint.alt_response(202, schema=sent.Ordered, headers=JOB)
@blueprint.alt_response(409, "CONFLICT")
def resume(bank_id: str) -> Response:
    """Build what is left of the newest revision, whose job was cancelled or failed.

    409 once it is published: from then on it never changes.
    """
    bank = bank_of(bank_id)
    revision = revision_of(bank, bank.revision)
    plan = building.plan(Contents.from_json(revision.blueprint), revision.seed)
    job = current_parts().store.banks.resume(bank.id, revision.revision, plan)
    return ordered({"bank": bank.id, "revision": revision.revision, "job": job}, plan, [])


@blueprint.route("/v1/banks/<bank_id>/publish", methods=["POST"])
@needs("instructor")
@blueprint.arguments(blueprints.Publish)
@blueprint.response(200, sent.Bank)
@blueprint.alt_response(409, "CONFLICT")
def publish(asked: dict[str, Any], bank_id: str) -> dict[str, Any]:
    """From now on learners draw from this revision, the newest unless another is named. It never changes.

    409 unless all of it is built and verified.
    """
    bank = bank_of(bank_id)
    revision = revision_of(bank, asked.get("revision", bank.revision), "/revision")
    current_parts().store.banks.publish(bank.id, revision.revision)
    return as_sent(bank_of(bank_id))


@blueprint.route("/v1/banks/<bank_id>", methods=["DELETE"])
@needs("instructor")
@blueprint.response(200, sent.Bank)
def archive(bank_id: str) -> dict[str, Any]:
    """Nobody draws from it any more; what was drawn stays gradable."""
    current_parts().store.banks.archive(bank_of(bank_id).id)
    return as_sent(bank_of(bank_id))


def planned(asked: Mapping[str, Any]) -> tuple[Plan, list[Problem]]:
    """What is to be built, with a seed that nobody outside can foresee unless one is given. Raises BadParams."""
    given = {**paper(asked["paper"], asked["count"]), **asked} if "paper" in asked else asked
    found = reading.read(given)
    identity = current_parts().identity
    seed = asked["seed"] if "seed" in asked else identity.seed(f"new bank {secrets.token_hex(16)}")
    return building.plan(found, seed), reading.warnings(found)


def ordered(made: Mapping[str, Any], plan: Plan, warnings: Sequence[Problem]) -> Response:
    parts = current_parts()
    g.log_entry.subject, g.log_entry.job = made["bank"], made["job"]
    for queue in {work.queue for _, work in plan.pieces}:
        parts.wakeups.send(queue)
    body = {**made, "warnings": [{"pointer": each.pointer, "detail": each.detail} for each in warnings]}
    headers = {"Location": link(f"/v1/jobs/{made['job']}"), "Retry-After": RETRY_SECONDS}
    return Response(ready(body), 202, headers, content_type="application/json")


def bank_of(bank_id: str) -> Bank:
    """Raises NotFound."""
    found = current_parts().store.banks.find(bank_id) if BANK_ID.fullmatch(bank_id) else None
    if found is None:
        raise NotFound("no bank has this id")
    return found


def revision_of(bank: Bank, number: int, pointer: str = "/revision") -> Revision:
    """Raises Invalid where the bank has no such revision."""
    found = current_parts().store.banks.revision(bank.id, number)
    if found is None:
        raise Invalid(Problem(pointer, f"this bank has the revisions 1 to {bank.revision}"))
    return found


def published(bank: Bank) -> Revision:
    """The revision that is drawn from. Raises NotPublished."""
    if bank.published is None or bank.state == "archived":
        raise NotPublished("this bank is archived" if bank.state == "archived" else "this bank is not published")
    return revision_of(bank, bank.published)


def as_sent(bank: Bank) -> dict[str, Any]:
    return asdict(bank) | {"counts": {"wanted": bank.wanted, "built": bank.built}}


def counted(reasons: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"reason": reason, "count": count} for reason, count in reasons.items()]


def is_stale(member: Member, current: Mapping[str, str]) -> bool:
    """Whether the family has another version than those by which the key was proven or looked at again."""
    return current.get(member.family) not in (member.version, member.checked)


def _place(member: Member) -> Place:
    return Place(float(member.item), f"{member.place} {member.part}")


def _after(place: Place | None) -> tuple[int, int, int] | None:
    if place is None:
        return None
    numbers = place.id.split(" ")
    if len(numbers) != 2 or not all(re.fullmatch("[0-9]{1,9}", number, re.ASCII) for number in numbers):
        raise Invalid(Problem("/cursor", "cursor is no `next` of this list"))
    return int(place.created), int(numbers[0]), int(numbers[1])
