"""What a variant is, and what it is called."""

import hashlib
import json
import re
from dataclasses import replace

import pytest

from bank import registry
from bank.authoring.composing import Heading, Text, compose
from bank.identity import LARGEST_SEED, Identity
from bank.kinds.posing import Posed
from tests.secret import IDENTITY, SECRET, named

RATIO = registry.get("quadratic_layer_ratio")
ID = re.compile(r"[A-Za-z0-9_]{1,80}-[0-9a-f]{16}", re.ASCII)
ORIGIN = {"seed": 1, "version": "1", "params": {"a": 1}}
ANSWER = {"value": 7, "exact": "7", "tolerance": {"absolute": 0, "relative": 0.01}}
HEADING = Heading("sevens", "Sevens", "numbers", ("1",), 2, 0.01)


def composed(heading=HEADING, stem="What?", solution="Seven.", answer=ANSWER, why="Not eight.", **origin):
    posed = Posed({"form": "rounded"}, answer, (), [({"value": "8"}, why)])
    return compose(heading, "numeric", Text("", stem, solution), posed, ORIGIN | origin)


@pytest.mark.parametrize(
    "changed",
    [
        {"solution": "It is seven."},
        {"answer": ANSWER | {"value": 8, "exact": "8"}},
        {"answer": ANSWER | {"tolerance": {"absolute": 0, "relative": 0.02}}},
        {"why": "Nine would be wrong too."},
    ],
)
def test_what_stands_behind_a_question_is_content_and_not_looks(changed):
    assert composed(**changed).content != composed().content
    assert composed(**changed).looks == composed().looks


@pytest.mark.parametrize("changed", [{"stem": "Which?"}, {"heading": replace(HEADING, points=3)}])
def test_what_is_seen_is_content_and_looks(changed):
    assert composed(**changed).content != composed().content
    assert composed(**changed).looks != composed().looks


@pytest.mark.parametrize("changed", [{"seed": 2}, {"version": "2"}, {"params": {"a": 2}}])
def test_where_it_comes_from_is_neither(changed):
    assert (composed(**changed).content, composed(**changed).looks) == (composed().content, composed().looks)


def test_looks_are_the_digest_of_what_is_seen():
    draft = RATIO.draft(1)
    assert draft.looks == hashlib.sha256(draft.seen).hexdigest()
    assert {"id", "links"} & set(json.loads(draft.seen)) == set()


def test_a_name_is_that_of_the_content_under_the_secret():
    draft = RATIO.draft(1)
    variant = named(draft)
    assert ID.fullmatch(variant.id)
    assert variant.id == Identity(SECRET.encode()).name(draft)
    assert variant.id != Identity(SECRET.upper().encode()).name(draft)
    assert variant.id == IDENTITY.name(RATIO.draft(1))
    assert json.loads(variant.public).items() > json.loads(draft.seen).items()
    assert json.loads(variant.public)["links"]["self"] == f"/v1/variants/{variant.id}"


def test_a_draft_without_text_has_a_name_and_no_public_view():
    draft = replace(RATIO.draft(1), seen=b"", content="f" * 64, looks="")
    variant = named(draft)
    assert ID.fullmatch(variant.id)
    assert variant.public == b""
    assert named(replace(draft, seen=RATIO.draft(1).seen)).id == variant.id


def test_seeds_are_exact_in_every_json_reader_and_follow_from_purpose_and_secret():
    seeds = {IDENTITY.seed(f"purpose {number}") for number in range(1000)}
    assert len(seeds) == 1000
    assert all(0 <= seed <= LARGEST_SEED for seed in seeds)
    assert max(seeds) > LARGEST_SEED // 2
    assert IDENTITY.seed("x") == Identity(SECRET.encode()).seed("x")
    assert IDENTITY.seed("x") != Identity(b"another secret").seed("x")


def test_nothing_shows_the_secret():
    assert SECRET not in repr(IDENTITY) + str(IDENTITY)
