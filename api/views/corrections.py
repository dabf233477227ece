"""What is put right in published banks: variants withdrawn, keys corrected, responses graded again."""

from __future__ import annotations

import re
from dataclasses import asdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask import Response, g
from werkzeug.exceptions import NotFound

from api import lists
from api.auth import caller, needs
from api.errors import Invalid, NotServed
from api.links import link
from api.parts import current_parts
from api.request_parsing import Blueprint
from api.schemas import corrections as sent
from api.schemas import taken
from api.views.banks import JOB, bank_of, revision_of
from bank import registry
from bank.errors import NotCorrectable, NotPublished, Problem
from bank.exams.correcting import DIGITS
from bank.variant import ready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bank.store import Candidate, Correction, Proposal
    from bank.store.findings import Points

CORRECTION_ID = re.compile(r"correction-[0-9a-f]{16}", re.ASCII)

blueprint = Blueprint("corrections", __name__, description="What is put right afterwards.")


@blueprint.route("/v1/variants/<variant_id>/withdraw", methods=["POST"])
@needs("instructor")
@blueprint.arguments(taken.Withdraw)
@blueprint.response(200, sent.WithdrawnVariant)
@blueprint.alt_response(409, "CONFLICT")
def withdraw(asked: dict[str, str], variant_id: str) -> dict[str, Any]:
    """From now on it is not served, graded or drawn: within a second by no process. What was answered is kept.

    One that is withdrawn already stays so, with the first reason; 409 for one that the lab has refuted.
    """
    parts = current_parts()
    stored = parts.variant_cache.find(variant_id)
    if stored.state == "disputed":
        raise NotServed(stored.id, stored.state, stored.superseded_by)
    parts.store.withdrawals.add(stored.id, asked["reason"], caller())
    parts.variant_cache.withdrawn.look()  # this process need not wait for its thread
    stored, why = parts.variant_cache.find(variant_id), parts.store.withdrawals.of(variant_id)
    about = {"id": stored.id, "state": stored.state, "superseded_by": stored.superseded_by}
    return about | (asdict(why) if why else {})


@blueprint.route("/v1/banks/<bank_id>/corrections", methods=["POST"])
@needs("instructor")
@blueprint.arguments(taken.Correct)
@blueprint.alt_response(202, schema=sent.OrderedCorrection, headers=JOB)
@blueprint.alt_response(409, "CONFLICT")
def correct(asked: dict[str, Any], bank_id: str) -> Response:
    """Draft the variants of the published revision again, where their family has changed since, and compare the keys.

    Or those of an earlier one, to which learners have answered too. Nothing changes before the correction is confirmed.
    409 where no variant has to be looked at.
    """
    bank = bank_of(bank_id)
    if bank.published is None:
        raise NotPublished("this bank is not published")
    revision = asked.get("revision", bank.published)  # of an archived bank too: what was drawn is graded for ever
    if revision_of(bank, revision).published is None:
        raise NotPublished(f"revision {revision} is not published")
    corrections = current_parts().store.corrections
    chosen = looked_at(corrections.candidates(bank.id, revision), asked.get("families"), asked.get("annul", ()))
    if not chosen:
        raise NotCorrectable("no family of this revision has changed since it was built, or since it was corrected")
    request = {"families": asked.get("families"), "annul": asked.get("annul", [])}
    made = corrections.create(bank.id, revision, asked["reason"], caller(), chosen, request)
    return ordered(made.id, made.job)


@blueprint.route("/v1/banks/<bank_id>/corrections")
@needs("instructor")
@blueprint.arguments(taken.CorrectionsQuery, location="query")
@blueprint.response(200, sent.Corrections, headers=lists.LINK)
def every(query: dict[str, Any], bank_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The corrections of a bank, the newest first. A hundred a page."""
    bank = bank_of(bank_id)
    found = current_parts().store.corrections.newest(bank.id, query.get("cursor"), lists.FETCHED)
    return lists.page("corrections", found, attrgetter("place"))


@blueprint.route("/v1/corrections/<correction_id>")
@needs("instructor")
@blueprint.response(200, sent.WholeCorrection)
def show(correction_id: str) -> dict[str, Any]:
    """Which keys change, how many learners and how many points that touches."""
    found = correction_of(correction_id)
    return as_sent(found, current_parts().store.corrections.proposal(found))


@blueprint.route("/v1/corrections/<correction_id>/confirm", methods=["POST"])
@needs("instructor")
@blueprint.arguments(taken.Confirm)
@blueprint.alt_response(202, schema=sent.OrderedCorrection, headers=JOB)
@blueprint.alt_response(409, "CONFLICT")
def confirm(asked: dict[str, bool], correction_id: str) -> Response:
    """Withdraw what is not right, and grade the stored responses to it again: never downwards unless `lower` says so.

    Every changed result is kept beside the one that it takes the place of, with who and why. 409 for one that is not
    proposed yet, or was confirmed before; where the job of that was cancelled or failed, it goes on.
    """
    found = correction_of(correction_id)
    parts = current_parts()
    job = parts.store.corrections.confirm(found, caller(), asked.get("lower", False))
    parts.variant_cache.withdrawn.look()  # this process need not wait for its thread
    return ordered(found.id, job)


def looked_at(candidates: Sequence[Candidate], families: Sequence[str] | None, annul: Sequence[str]) -> dict[str, str]:
    """The variants to look at, with their families; a part that builds on such a one is looked at with it.

    Raises Invalid where a name is not of this revision.
    """
    known = {each.variant: each.family for each in candidates}
    faults = [
        *_strangers("families", "holds nothing of this family", families or (), set(known.values())),
        *_strangers("annul", "has no variant of this id", annul, set(known)),
    ]
    if faults:
        raise Invalid(*faults)
    current = {name: family.version() for name, family in registry.all_families().items()}
    changed = [each for each in candidates if _has_to_be_looked_at(each, families, current.get(each.family))]
    groups = {each.group for each in changed}
    following = [each for each in candidates if each.builds_on and each.group in groups and None not in each.corrected]
    named = [each for each in candidates if each.variant in annul]
    return {each.variant: each.family for each in (*changed, *following, *named)}


def _strangers(member: str, said: str, names: Sequence[str], known: set[str]) -> list[Problem]:
    strange = [place for place, name in enumerate(names) if name not in known]
    return [Problem(f"/{member}/{place}", f"the revision {said}") for place in strange]


def _has_to_be_looked_at(each: Candidate, families: Sequence[str] | None, now: str | None) -> bool:
    """What was corrected to the version of today, or annulled, is done with."""
    if None in each.corrected or now in each.corrected[-1:]:
        return False
    holds = each.corrected[-1] if each.corrected else each.version
    return each.family in families if families is not None else now not in (holds, each.checked)


def ordered(correction: str, job: str | None) -> Response:
    """Accepted: where to watch it."""
    parts = current_parts()
    g.log_entry.subject, g.log_entry.job = correction, job
    parts.wakeups.send("bulk")
    place = f"/v1/jobs/{job}" if job else f"/v1/corrections/{correction}"
    body = ready({"correction": correction, "job": job})
    return Response(body, 202, {"Location": link(place)}, content_type="application/json")


def correction_of(correction_id: str) -> Correction:
    """Raises NotFound."""
    found = current_parts().store.corrections.find(correction_id) if CORRECTION_ID.fullmatch(correction_id) else None
    if found is None:
        raise NotFound("no correction has this id")
    return found


def as_sent(correction: Correction, proposal: Proposal) -> dict[str, Any]:
    variants = [asdict(each) for each in proposal.variants]
    totals = {
        **proposal.counts,
        "looked_at": sum(proposal.counts.values()),
        "learners": proposal.learners,
        "responses": sum(each.responses for each in proposal.variants),
        "regraded": proposal.regraded,
        "since": sum(each.since for each in proposal.variants),
        "applied": _together([each.applied for each in proposal.variants]),
        **_together([each.points for each in proposal.variants]),
    }
    return asdict(correction) | {"variants": variants, "totals": totals}


def _together(points: Sequence[Points]) -> dict[str, float]:
    return {name: round(sum(getattr(each, name) for each in points), DIGITS) for name in ("gain", "loss")}
