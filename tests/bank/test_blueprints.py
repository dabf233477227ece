"""Blueprints and papers: what they ask for can be drawn, and is the same again for the same seed."""

import pytest

from bank import registry
from bank.errors import BadParams
from bank.exams.blueprint import Blueprint
from bank.exams.building import plan
from bank.exams.candidates import Candidates, question, space, twin
from bank.exams.papers import paper
from bank.exams.reading import read
from bank.exams.selection import Selection
from bank.exams.sharing import drawn_together
from tests.secret import IDENTITY

PAPER = read(paper("dl1_resit_2022", 20))
POINTS = {
    "2a": 2, "2b": 2, "2c": 2, "2d": 3, "4a": 1, "4b": 1, "4c": 3, "4d": 2, "4e": 2, "6b": 3, "7a": 4, "7b": 5,
    "8a": 3, "8b": 4, "8c": 4, "8d": 4, "9a": 3, "9d": 2, "9e": 2,
}  # fmt: skip


LOW = {"M": 8, "layer": "sym", "ask": "ratio"}  # with as many outputs as inputs, two counts are one


def item(**more):
    return read({"items": [{"count": 1, **more}]}).items[0]


def drawn(given, seeds):
    return [drawn_together(given.parts, given.shared, seed) for seed in seeds]


def test_the_paper_has_its_questions_in_their_order_and_with_their_points():
    titles = [each.title.partition(":")[0] for each in PAPER.items]
    assert titles == sorted(titles)
    assert {title: each.points for title, each in zip(titles, PAPER.items, strict=True) if title in POINTS} == POINTS
    assert [each.points for each in PAPER.items if each.title.startswith("9b, 9c")] == [8]


@pytest.mark.parametrize("place", range(len(PAPER.items)), ids=[each.title for each in PAPER.items])
def test_every_item_of_the_paper_gives_variants_of_its_own_kind(place):
    given = PAPER.items[place]
    selection = Selection(Candidates(IDENTITY, 7, given, twin(PAPER.items, place)), set(), space(given))
    found, _ = selection.some(20)
    assert len(found) == 20
    assert all(
        draft.kind == part.kind for one in found[:3] for draft, part in zip(one.drafts(), given.parts, strict=True)
    )


def test_parts_share_what_they_are_to_share():
    for given in PAPER.items:
        for group in drawn(given, range(5)):
            for name in given.shared:
                values = {str(each.params[name]) for each in group if name in each.params}
                assert len(values) == 1, (given.title, name)


@pytest.mark.parametrize(
    ("narrowed", "values"), [({"from": [21, 23]}, {21, 23}), ({"least": 21, "most": 25}, set(range(21, 26)))]
)
def test_a_narrowed_parameter_has_one_of_its_values(narrowed, values):
    given, found = item(family="quadratic_layer_ratio", kind="numeric", params={"M": narrowed}), set()
    for seed in range(60):
        try:
            found.add(drawn_together(given.parts, (), seed)[0].params["M"])
        except BadParams:  # with some numbers no fair question can be asked
            continue
    assert found <= values
    assert len(found) >= 2


def test_an_item_is_refused_where_no_draw_is_fair_and_not_where_some_are():
    narrowed = read(
        {"items": [{"count": 9, "family": "quadratic_layer_ratio", "params": {"N": {"from": [2, 8, 16]}, **LOW}}]}
    )
    refused = 0
    for seed in range(40):
        try:
            drawn_together(narrowed.items[0].parts, (), seed)
        except BadParams:
            refused += 1
        assert plan(narrowed, seed).pieces
    assert 0 < refused < 40
    hopeless = read({"items": [{"count": 9, "family": "quadratic_layer_ratio", "params": {"N": 8, **LOW}}]})
    with pytest.raises(BadParams) as caught:
        plan(hopeless, 7)
    assert caught.value.problems[0].pointer.startswith("/items/0/params")


def test_a_parameter_can_be_the_answer_to_an_earlier_part():
    parts = [
        {"family": "optimal_rate", "kind": "numeric", "params": {"ask": "kappa"}},
        {"family": "momentum_steps_ratio", "params": {"kappa": {"answer_of": 0}}},
    ]
    given, found = item(parts=parts), 0
    for seed in range(60):
        try:
            first, second = drawn_together(given.parts, (), seed)
        except BadParams:  # not every condition number makes a fair question of the second
            continue
        found += 1
        assert second.question.kappa == first.question.solve()
    assert found


def test_the_same_seed_gives_the_same_group_and_every_question_has_one_name():
    given = PAPER.items[-3]
    first, again = (drawn_together(given.parts, given.shared, 11) for _ in range(2))
    assert [each.params for each in first] == [each.params for each in again]
    assert [question(each) for each in first] == [question(each) for each in again]
    assert len({question(each) for each in first}) == len(first)


def test_a_variant_is_drawn_again_from_what_is_stored_of_it():
    for each in (each for given in PAPER.items for group in drawn(given, [5]) for each in group):
        draft = each.family.draft(5, each.kind, each.params)
        assert each.family.draft(5, each.kind, draft.params).content == draft.content


def test_the_normal_form_is_read_as_it_was_written():
    assert Blueprint.from_json(PAPER.to_json()) == PAPER
    assert all(part.family in registry.all_families() for each in PAPER.items for part in each.parts)
