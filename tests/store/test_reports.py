"""The report of a bank on small banks made by hand: every number can be worked out on paper."""

import json

import pytest
from sqlalchemy import update

from bank.exams.reporting import report
from bank.store.exam_tables import DRAWN, DRAWS, ITEMS, MEMBERS
from bank.store.tables import ATTEMPTS, RESPONSES, VARIANTS
from tests import banks

ITEMS_ASKED = ({"family": "quadratic_layer_ratio", "count": 4, "points": 3}, {"family": "gd_step", "count": 2})


@pytest.fixture
def bank(store):
    return banks.bank_on(store, ITEMS_ASKED)


def reported(store, bank):
    return report(store, store.banks.find(bank), store.banks.revision(bank, 1))


def part(found, item=0):
    return found["items"][item]["parts"][0]


def traits_are(store, *given):
    """Of the variants of the first item."""
    with store.database.writing() as connection:
        for place, traits in enumerate(given):
            here = (MEMBERS.c.item == 0, MEMBERS.c.place == place)
            connection.execute(update(MEMBERS).where(*here).values(traits=json.dumps(traits)))


def graded(store, bank, learners):
    """Each learner answers the variants by their places in the items, and earns so much of 3 and of 2 points."""
    members = {(m.item, m.place): m.variant for m in store.banks.members(bank, 1, None, 100)}
    with store.database.writing() as connection:
        for number, answers in enumerate(learners):
            draw, learner = f"draw-{number:016x}", f"learner {number}"
            whole = {"id": draw, "bank": bank, "revision": 1, "pool": "exam", "occasion": 1, "place": number, "made": 1}
            connection.execute(DRAWS.insert().values(**whole, learner=learner))
            for item, (place, earned) in enumerate(answers):
                whose = {"draw": draw, "learner": learner, "variant": members[item, place]}
                connection.execute(DRAWN.insert().values(**whose, item=item, slot=0, part=0))
                connection.execute(ATTEMPTS.insert().values(**whose, used=1, given=1, best=earned))
                told = {"response": "{}", "result": json.dumps({"score": earned, "max_score": (3, 2)[item]})}
                row = {**whose, **told, "attempt": 1, "given": 1, "id": f"response-{number:x}-{item}"}
                connection.execute(RESPONSES.insert().values(**row))


def test_an_unused_bank_is_told_whole(store, bank):
    found = reported(store, bank)
    summary, first = found["summary"], part(found)
    assert (summary["variants"], summary["distinct"], summary["states"]) == (6, 6, {"verified": 6})
    assert (summary["learners"], first["sharing"], first["results"]) == (0, None, None)
    assert (first["kind"], first["options"], first["guessing"], first["points"]) == ("single_choice", 4, 0.25, 3)
    assert summary["guessing"] == 0.75
    assert first["space"] > 1000 and first["variants"] == first["distinct"] == 4
    assert [each["feature"] for each in first["features"]][:2] == ["effort", "size"]
    assert part(found, 1)["position"] is part(found, 1)["best_strategy"] is None


def test_places_ranks_and_strategies_are_those_of_the_traits(store, bank):
    features = [{"effort": 2}, {"effort": 4}, {"effort": 4}, {"effort": 30}]
    right = [("a", 1), ("a", 2), ("a", 3), ("b", 4)]
    traits_are(
        store,
        *(
            {"options": 4, "chance": 0.25, "guesses": {"first": float(letter == "a")}, "right": [letter], "rank": rank}
            | {"features": known}
            for (letter, rank), known in zip(right, features, strict=True)
        ),
    )
    first = part(reported(store, bank))
    assert [each["count"] for each in first["position"]["counts"]] == [3, 1, 0, 0]
    assert first["position"]["even"]["statistic"] == 6 and not first["position"]["uneven"]
    assert first["rank"]["even"] == {"statistic": 0, "degrees": 3, "p": 1}
    assert (first["best_strategy"]["name"], first["best_strategy"]["score"]) == ("first", 0.75)
    (effort,) = first["features"]
    assert [effort[name] for name in ("least", "lower", "median", "upper", "most")] == [2, 3.5, 4, 10.5, 30]
    assert effort["coefficient"] == pytest.approx(1.158, abs=1e-3) and effort["wide"]


def test_what_is_stale_disputed_or_refused_is_counted_and_pointed_at(store, bank):
    members = [member.variant for member in store.banks.members(bank, 1, None, 4)]
    with store.database.writing() as connection:
        of = VARIANTS.c.id
        connection.execute(update(VARIANTS).where(of == members[0]).values(version="older"))
        connection.execute(update(VARIANTS).where(of == members[1]).values(state="disputed"))
        few = {"wanted": 9, "exhausted": True, "refused": '{"asked before": 7}'}
        connection.execute(update(ITEMS).where(ITEMS.c.item == 0).values(**few))
    found = reported(store, bank)
    assert (found["summary"]["stale"], found["summary"]["refused"]) == (1, 7)
    assert part(found)["states"] == {"verified": 3, "disputed": 1}
    assert found["items"][0]["refused"] == [{"reason": "asked before", "count": 7}]
    told = " ".join(finding["finding"] for finding in found["summary"]["findings"])
    for words in ("4 variants instead of 9", "earlier version", "disputed or withdrawn"):
        assert words in told


def test_learners_who_share_a_question_are_counted(store, bank):
    graded(store, bank, [((0, 3), (0, 2)), ((0, 0), (1, 2)), ((1, 3), (0, 1))])
    found = reported(store, bank)
    assert found["summary"]["learners"] == 3
    assert part(found)["sharing"] == {"draws": 3, "expected": 0.75, "most": 2, "questions": 2}


def test_what_is_for_practice_takes_no_share_of_the_exam(store, bank):
    graded(store, bank, [((0, 3), (0, 2)), ((0, 0), (1, 2)), ((1, 3), (0, 1))])
    with store.database.writing() as connection:
        practised = (MEMBERS.c.item == 0, MEMBERS.c.place >= 2)
        connection.execute(update(MEMBERS).where(*practised).values(pool="practice"))
    first = part(reported(store, bank))
    assert (first["distinct"], first["sharing"]["expected"]) == (4, 1.5)


def test_facility_and_discrimination_are_those_of_the_answers(store, bank):
    """Of twelve the six who know the second item know the first; of the others one does, and one half of it."""
    weak = [3, 1.5, 0, 0, 0, 0]
    graded(store, bank, [((n % 2, 3), (0, 2)) for n in range(6)] + [((n % 2, x), (0, 0)) for n, x in enumerate(weak)])
    results = part(reported(store, bank))["results"]
    assert (results["responses"], results["facility"]) == (12, 0.625)
    assert results["discrimination"] == pytest.approx(4.5 / (2.5625 * 12) ** 0.5, abs=1e-4)
    assert (results["upper_third"], results["lower_third"]) == (1, 0)
    assert not results["suspicious"] and results["equally_hard"]["degrees"] == 1
    assert [each["facility"] for each in results["variants"]] == [0.5833, 0.6667]


def test_a_key_that_good_learners_miss_is_pointed_at(store, bank):
    good = [((0, 0), (0, 2))] * 12
    graded(store, bank, good + [((0, 3), (0, 0))] * 12)
    found = reported(store, bank)
    assert part(found)["results"]["suspicious"] and part(found)["results"]["variants"][0]["suspicious"]
    assert any("look at its key" in finding["finding"] for finding in found["summary"]["findings"])


def test_variants_of_unequal_difficulty_are_found(store, bank):
    graded(store, bank, [((n % 2, 3 * (n % 2)), (0, n % 3)) for n in range(20)])
    results = part(reported(store, bank))["results"]
    assert results["unequal"] and results["equally_hard"]["statistic"] == pytest.approx(20)
