"""A response to a drawn variant counts by the policies of its bank; one to any other by the installation's rules."""

import json

import pytest

from bank import registry
from bank.exams.policies import written_time
from bank.store.tables import now
from tests.banks import ITEMS, build
from tests.drawn_banks import laid_out, some
from tests.secret import named

NUMBERS = some(4)
CHOICE = some(2, kind="single_choice")[1]
TICKS = named(registry.get("permutation_invariant_aggregators").draft(1, "multiple_choice"))


class Learner:
    """Ada, with a draw of a bank of one item."""

    def __init__(self, service, variants, **policies):
        self.service = service
        self.bank = laid_out(service.store, [variants], **policies)
        self.draw()
        self.private = json.loads(service.store.variants.find(self.variant).private)

    def draw(self, **asked):
        self.told = self.service.post(f"/v1/banks/{self.bank}/draws", "lms", json={"learner": "ada", **asked}).json
        self.variant = self.told["items"][0]["variants"][0]["id"]

    def allow(self, **given):
        self.service.store.draws.allow(self.bank, "ada", given)

    def move(self, **policies):
        """The same bank with other policies, as if time had passed."""
        self.service.parts.drawing.__init__(self.service.store, self.service.parts.identity)
        with self.service.store.database.writing() as connection:
            (text,) = connection.exec_driver_sql("SELECT blueprint FROM revisions").scalars()
            written = json.loads(text)
            written["policies"] |= policies
            connection.exec_driver_sql("UPDATE revisions SET blueprint = ?", (json.dumps(written),))

    def grade(self, response, learner="ada", call=None):
        headers = {} if call is None else {"Idempotency-Key": call}
        body = {"response": response, "learner": learner}
        return self.service.post(f"/v1/variants/{self.variant}/grade", "lms", json=body, headers=headers)

    def prospects(self):
        body = {"response": {"value": "1"}, "learner": "ada"}
        found = self.service.post(f"/v1/variants/{self.variant}/validate", "lms", json=body).json
        return tuple(found[name] for name in ("attempts", "attempts_left", "worth", "closed"))

    def solution(self, scope="lms", learner="ada"):
        return self.service.get(f"/v1/variants/{self.variant}/solution?learner={learner}", scope)

    @property
    def right(self):
        return {"value": self.private["answer"]["exact"]}

    @property
    def mistake(self):
        return {"value": self.private["feedback"][0]["on"]["value"]}


@pytest.fixture
def at(service):
    return lambda *variants, **policies: Learner(service, list(variants), **policies)


def test_points_attempts_and_penalty_are_those_of_the_bank(at, service):
    ada = at(NUMBERS[0], points=8, attempts=4, penalty=0.25)
    assert ada.prospects() == (0, 4, 1, False)
    assert [ada.grade({"value": str(1000 + n)}).json["worth"] for n in range(2)] == [1, 0.75]
    assert ada.prospects() == (2, 2, 0.5, False)
    found = ada.grade(ada.right).json
    assert (found["score"], found["max_score"], found["worth"], found["attempts_left"]) == (4, 8, 0.5, 1)
    assert service.store.attempts.standing(ada.variant, "ada", ada.told["id"]).used == 3
    assert service.store.attempts.standing(ada.variant, "ada").used == 0
    assert ada.grade(ada.right).data == ada.grade(ada.right).data  # said twice
    assert ada.grade({"value": "1"}).json["type"] == "/docs#already-answered"


def test_who_has_no_draw_is_graded_by_the_rules_of_the_installation(at):
    ada = at(NUMBERS[0], points=8, attempts=1)
    found = ada.grade(ada.right, learner="grace").json
    assert (found["score"], found["max_score"], found["attempts_left"]) == (3, 3, 2)


def test_the_limit_of_a_bank_holds(at):
    ada = at(NUMBERS[0], attempts=1)
    assert ada.grade({"value": "1001"}).json["attempts_left"] == 0
    assert ada.grade({"value": "1002"}).json["type"] == "/docs#attempts-exhausted"


def test_a_choice_is_worth_what_the_bank_says_and_no_more_than_any_answer(at):
    ada = at(CHOICE, choice_worth=(1.0, 0.75, 0.75), penalty=0.3, points=10)
    wrong = [{"choice": each} for each in "abcd" if each != ada.private["answer"]["choice"]]
    assert [ada.grade(response).json["worth"] for response in wrong[:2]] == [1, 0.7]
    found = ada.grade({"choice": ada.private["answer"]["choice"]}).json
    assert (found["worth"], found["score"]) == (0.4, 4)


@pytest.mark.parametrize(("scoring", "right", "wrong", "share"), [("all", -1, 0, 0), ("per_option", -1, 0, None)])
def test_selections_score_as_the_bank_says(at, scoring, right, wrong, share):
    ada = at(TICKS, multiple_choice=scoring, points=6, attempts=3)
    key = ada.private["answer"]["choices"]
    others = [each for each in ada.private["shape"]["choices"] if each not in key]
    some = ada.grade({"choices": key[:right] or others}).json
    expected = 6 * (len(key) - 1) / len(key) if share is None else 0
    assert some["score"] == pytest.approx(expected)
    assert ada.grade({"choices": others}).json["score"] == 0  # never below


@pytest.mark.parametrize(
    ("when", "told"), [("at_once", [1, 1]), ("at_end", [0, 1]), ("after_closing", [0, 0]), ("never", [0, 0])]
)
def test_reasons_are_told_when_the_bank_says(at, when, told):
    ada = at(NUMBERS[0], attempts=2, feedback=when)
    found = [
        ada.grade(ada.mistake).json["feedback"],
        ada.grade({"value": f"{ada.mistake['value']}+0"}).json["feedback"],
    ]
    assert [len(reasons) > 0 for reasons in found] == [bool(each) for each in told]


@pytest.mark.parametrize(
    ("solution", "answer", "feedback", "shown"),
    [
        ("at_once", "at_once", "at_once", ("solution", "answer", "feedback")),
        ("at_once", "never", "never", ("solution",)),
        ("at_end", "at_once", "at_end", ("answer",)),
        ("at_end", "after_closing", "at_once", None),
        ("never", "never", "at_once", None),
    ],
)
def test_solution_answer_and_reasons_are_each_shown_at_their_time(at, solution, answer, feedback, shown):
    ada = at(NUMBERS[0], solution=solution, answer=answer, feedback=feedback)
    found = ada.solution()
    assert found.status_code == (409 if shown is None else 200)
    if shown is not None:
        assert tuple(name for name in ("solution", "answer", "feedback") if found.json[name]) == shown
    assert ada.solution("instructor").json["solution"]


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (60, 409)])
def test_a_stranger_to_an_exam_sees_no_solution_before_all_others_are_done(at, service, extra, status):
    ada = at(NUMBERS[0], solution="after_closing")
    service.store.draws.allow(ada.bank, "grace", {"extra_minutes": extra})
    ada.grade(ada.right, learner="mallory")
    ada.move(closes=written_time(now() - 60))
    assert ada.solution(learner="mallory").status_code == status


@pytest.mark.parametrize(
    ("solution", "closes", "status"),
    [("after_closing", None, 409), ("after_closing", 1000, 409), ("never", 1000, 409), ("at_end", 1000, 200)],
)
def test_a_stranger_to_an_exam_sees_its_solution_no_sooner_than_the_exam_says(at, solution, closes, status):
    ada = at(NUMBERS[0], solution=solution, answer=solution, closes=None if closes is None else now() + closes)
    ada.grade(ada.right, learner="mallory")
    found = ada.solution(learner="mallory")
    assert found.status_code == status
    assert status == 200 or "an exam asks this of other learners" in found.json["detail"]


def test_a_solution_after_closing_waits_for_the_time_of_this_learner(at):
    ada = at(NUMBERS[0], solution="after_closing", answer="never", closes=now() + 1000, attempts=1)
    ada.grade(ada.right)
    assert ada.solution().status_code == 409
    ada.allow(extra_minutes=1)
    ada.move(closes=now() - 30)
    assert ada.solution().status_code == 409
    ada.allow(extra_minutes=0)
    found = ada.solution()
    assert (found.status_code, found.json["answer"], found.json["feedback"]) == (200, None, ada.private["feedback"])
    ada.move(solution="never")
    assert ada.solution().json["type"] == "/docs#attempts-left"


def test_nothing_counts_before_opening_and_after_closing(at, service):
    ada = at(NUMBERS[0], closes=now() + 1000)
    first = ada.grade({"value": "1001"}, call="call")
    for times, refusal in (({"opens": now() + 500}, "not-open"), ({"opens": None, "closes": now() - 60}, "closed")):
        ada.move(**times)
        found = ada.grade({"value": "1002"})
        assert (found.status_code, found.json["type"]) == (409, f"/docs#{refusal}")
        assert ada.prospects() == (1, 0, 0, False)
        assert ada.grade({"value": "1001"}, call="call").data == first.data  # told before, so told again
    assert service.store.attempts.standing(ada.variant, "ada", ada.told["id"]).given == 1
    ada.allow(extra_minutes=2)
    assert ada.grade({"value": "1002"}).json["attempts_left"] == 1


def test_minutes_count_from_the_draw(at):
    ada = at(NUMBERS[0], minutes=1e-6)
    assert ada.grade(ada.right).json["type"] == "/docs#closed"
    ada.allow(extra_minutes=1)
    assert ada.grade(ada.right).json["correct"] is True


def test_a_further_chance_has_attempts_of_its_own(at):
    ada = at(NUMBERS[0], attempts=1)
    assert ada.grade({"value": "1001"}).json["attempts_left"] == 0
    ada.allow(chances=1)
    ada.draw()
    assert ada.told["occasion"] == 2
    assert ada.grade({"value": "1001"}).json["attempts_left"] == 0
    assert ada.grade(ada.right).status_code == 409
    ada.draw()
    assert ada.told["occasion"] == 2


def test_a_batch_counts_by_the_bank_too(at, service):
    ada = at(NUMBERS[0], attempts=1, points=5)
    entry = {"variant": ada.variant, "learner": "ada"}
    items = [entry | {"response": {"value": "1001"}}, entry | {"response": ada.right}]
    found = service.post("/v1/grade", "lms", json={"items": items}).json["items"]
    assert (found[0]["result"]["max_score"], found[1]["problem"]["type"]) == (5, "/docs#attempts-exhausted")


def test_time_beyond_others_is_added_to_the_latest_closing_that_there_may_be(service):
    order = {"name": "Late", "items": [ITEMS[1]], "policies": {"closes": "8999-12-31T23:59:59-23:00"}}
    bank = service.post("/v1/banks", json=order).json["bank"]
    build(service.store)
    service.post(f"/v1/banks/{bank}/publish", json={})
    service.post(f"/v1/banks/{bank}/allowances", json={"learner": "ada", "extra_minutes": 1_000_000})
    drawn = service.post(f"/v1/banks/{bank}/draws", "lms", json={"learner": "ada"})
    assert (drawn.status_code, drawn.json["closes"][:4]) == (201, "9001")


def test_who_is_erased_while_a_response_is_graded_begins_anew(service, monkeypatch):
    ada = Learner(service, NUMBERS[:1], attempts=1)
    terms = service.parts.drawing.terms

    def erased_meanwhile(*asked):
        found = terms(*asked)
        if found.draw:
            service.store.learners.erase("ada", "key grace")
        return found

    monkeypatch.setattr(service.parts.drawing, "terms", erased_meanwhile)
    assert ada.grade({"value": "1"}).json["attempts_left"] == 2
    kept = service.get("/v1/learners?learner=ada").json
    assert (kept["draws"], [response["draw"] for response in kept["responses"]]) == ([], [None])
