"""A student's key, every route, and values that must not come back by any of them."""

import json
import re

import pytest

from bank.authoring.composing import Heading, Text, compose
from bank.kinds.posing import Posed
from tests.api.conftest import EVIDENCE, Service
from tests.api.test_access import ROUTES
from tests.secret import named

CANARIES = {
    "key": "canary-key-4711",
    "params": "canary-params-4712",
    "solution": "canary-solution-4713",
    "evidence": "canary-evidence-4714",
    "reason": "canary-reason-4715",
    "seed": "7731190022446688",
}
HOLES = re.compile(r"<[^>]+>")


def with_canaries(kind):
    heading = Heading("canaries", "Canaries", "canaries", ("1",), 2, 0.01)
    shape, answer, response = {
        "single_choice": ({"choices": ["a", "b"]}, {"choice": "a", "exact": CANARIES["key"]}, {"choice": "b"}),
        "numeric": (
            {"form": "rounded"},
            {"value": 7, "exact": "7", "tolerance": {"absolute": 0, "relative": 0}, "note": CANARIES["key"]},
            {"value": "8"},
        ),
        "text": ({}, {"model": CANARIES["key"], "rubric": [{"criterion": CANARIES["key"]}]}, {"text": "why"}),
    }[kind]
    choices = ["one", "two"] if kind == "single_choice" else []
    reasons = {
        "single_choice": [({"choice": "a"}, CANARIES["reason"]), ({"choice": "b"}, "Not quite.")],
        "numeric": [({"value": "9"}, CANARIES["reason"])],
        "text": [],
    }[kind]
    posed = Posed(shape, answer, choices, reasons)
    origin = {"seed": int(CANARIES["seed"]), "version": "1", "params": {"note": CANARIES["params"]}}
    return named(compose(heading, kind, Text("", "What?", CANARIES["solution"]), posed, origin)), response


@pytest.mark.parametrize("state", ["drawn", "verified", "disputed"])
@pytest.mark.parametrize("kind", ["single_choice", "numeric", "text"])
def test_no_canary_comes_back(service_with, kind, state, capfd):
    service = service_with()
    variant, response = with_canaries(kind)
    evidence = {**EVIDENCE, "claimed": CANARIES["evidence"]}
    if state == "drawn":
        service.drawn(variant)
    else:
        service.verified(variant, state=state, evidence=evidence)
    said = [answer for _ in range(2) for answer in everything(service, variant.id, response)]
    assert len(said) > 100
    log = capfd.readouterr()
    for name, canary in CANARIES.items():
        assert not [text for text in (*said, log.out, log.err) if canary in text], name


def everything(service: Service, variant_id, response):
    """Whatever a student's key is answered on every route, with bodies that are right, wrong and broken."""
    job = service.store.variants.find(variant_id).job
    bodies = [{"response": response, "learner": "ada"}, {"response": None, "learner": "ada"}, {}, [], {"items": [1]}]
    queries = ["", "?view=full", "?view=public", "?learner=ada", "?kind=numeric"]
    for route in ROUTES:
        method, _, rule = route.partition(" ")
        path = rule.replace("<variant_id>", variant_id).replace("<job_id>", job)
        path = path.replace("<family>", "quadratic_layer_ratio").replace("<int:seed>", "1")
        path = HOLES.sub(f"{'a' * 64}.svg", path)
        for body in bodies if method == "POST" else [None]:
            for query in queries:
                options = {} if body is None else {"json": body}
                found = service.call(method, path + query, "student", **options)
                yield f"{found.status} {found.headers} {found.get_data(as_text=True)}"


def test_the_canaries_would_be_seen(service):
    variant, _ = with_canaries("single_choice")
    shown = service.verified(variant, evidence={**EVIDENCE, "claimed": CANARIES["evidence"]})
    whole = json.dumps(service.get(f"/v1/variants/{shown}?view=full").json)
    assert all(canary in whole for canary in CANARIES.values())
