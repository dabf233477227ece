"""The report of a revision of a bank: how many questions it holds, whether it is fair, how learners did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bank import registry
from bank.exams.summing import Where, grouped, sums
from bank.spaces import space
from bank.store import Bank, Revision, Store
from bank.store.reports import Counted


def report(store: Store, bank: Bank, revision: Revision) -> dict[str, Any]:
    """As JSON."""
    parts = {
        (item, place): part
        for item, asked in enumerate(revision.blueprint["items"])
        for place, part in enumerate(asked["parts"])
    }
    counted = grouped(store.reports.counted(bank.id, revision.revision))
    summed = sums(store, revision, parts)
    built = store.banks.items(bank.id, revision.revision)
    told = {where: _part(where, part, counted[where], summed.parts[where]) for where, part in parts.items()}
    items = [
        {
            "item": item.item,
            "title": revision.blueprint["items"][item.item].get("title", ""),
            "wanted": item.wanted,
            "built": item.built,
            "tried": item.tried,
            "exhausted": item.exhausted,
            "refused": [{"reason": reason, "count": count} for reason, count in item.refused.items()],
            "parts": [told[where] for where in parts if where[0] == item.item],
        }
        for item in built
    ]
    return {
        "bank": bank.id,
        "name": bank.name,
        "state": revision.state,
        "revision": revision.revision,
        "created": revision.created.isoformat(),
        "published": revision.published and revision.published.isoformat(),
        "digest": revision.digest,
        "made": datetime.fromtimestamp(summed.made, UTC).isoformat(timespec="seconds"),
        "summary": _summary(items, summed.learners),
        "items": items,
    }


def _part(
    where: Where, part: Mapping[str, Any], counted: Sequence[Counted], summed: Mapping[str, Any]
) -> dict[str, Any]:
    states: Counter[str] = Counter()
    for row in counted:
        states[row.state] += row.variants
    family = registry.all_families().get(part["family"])
    return {
        "part": where[1],
        "family": part["family"],
        "title": family.title if family else part["family"],
        "kind": part["kind"],
        "points": part["points"],
        "space": space(family, part["kind"]) if family else None,
        "variants": states.total(),
        "distinct": summed["distinct"],
        "states": dict(states),
        "stale": sum(row.variants for row in counted if _is_stale(row)),
        **summed["told"],
    }


def _is_stale(row: Counted) -> bool:
    family = registry.all_families().get(row.family)
    return family is None or family.version() not in (row.version, row.checked)


def _summary(items: Iterable[Mapping[str, Any]], learners: int) -> dict[str, Any]:
    parts = [part for item in items for part in item["parts"]]
    guessed = [part["best_strategy"] | {"family": part["family"]} for part in parts if part["best_strategy"]]
    best = max(guessed, key=lambda score: score["score"] - score["chance"], default=None)
    points = sum(part["points"] for part in parts)
    states: Counter[str] = Counter()
    for part in parts:
        states.update(part["states"])
    return {
        "variants": sum(part["variants"] for part in parts),
        "distinct": sum(part["distinct"] for part in parts),
        "states": dict(states),
        "stale": sum(part["stale"] for part in parts),
        "refused": sum(reason["count"] for item in items for reason in item["refused"]),
        "points": points,
        "guessing": round(sum(part["guessing"] * part["points"] for part in parts), 3),
        "best_strategy": best,
        "learners": learners,
        "findings": [finding for item in items for part in item["parts"] for finding in _findings(item, part)],
    }


def _findings(item: Mapping[str, Any], part: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """What an exam board should look at, in words."""
    results = part["results"] or {}
    suspicious = sum(variant["suspicious"] for variant in results.get("variants", ()))
    strategy, wide = part["best_strategy"], [each["feature"] for each in part["features"] if each["wide"]]
    withdrawn = sum(count for state, count in part["states"].items() if state in ("disputed", "withdrawn"))
    told = (
        (item["exhausted"], f"{item['built']} variants instead of {item['wanted']}: there are no more questions"),
        (not item["exhausted"] and item["built"] < item["wanted"], f"{item['built']} of {item['wanted']} are built"),
        (part["stale"], f"{part['stale']} variants are of an earlier version of the family"),
        (withdrawn, f"{withdrawn} variants are disputed or withdrawn"),
        ((part["position"] or {}).get("uneven"), "the right option stands at some places more often than at others"),
        ((part["rank"] or {}).get("uneven"), "the right option has some ranks by size more often than others"),
        (strategy and strategy["too_much"], "a strategy that needs no knowledge earns too much"),
        (wide, f"variants differ much in {', '.join(wide)}"),
        (results.get("unequal"), "variants are not equally difficult"),
        (results.get("suspicious"), "good learners miss it: look at its key"),
        (suspicious, f"good learners miss {suspicious} of its variants: look at their keys"),
    )
    where = {"item": item["item"], "part": part["part"], "family": part["family"]}
    return [{**where, "finding": words} for holds, words in told if holds]
