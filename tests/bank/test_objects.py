"""Parameters that are objects: every fault is named where it stands."""

import pytest

from bank.authoring.lists import Lists
from bank.authoring.objects import Member, Objects, Record
from bank.authoring.params import Integers, OneOf, written
from bank.errors import BadParams

SHELF = Lists(
    Objects((Member("books", Integers(0, 9), "how many"), Member("open", OneOf((True, False)), "no glass", True))), 1, 3
)


def test_members_that_are_left_out_have_their_default():
    assert SHELF.read([{"books": 3}], "/params/shelf") == (Record({"books": 3, "open": True}),)


def test_what_was_read_can_be_written_and_read_again():
    read = SHELF.read([{"books": 3}, {"books": 4, "open": False}], "/params/shelf")
    assert SHELF.read(written(read), "/params/shelf") == read


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ([{"books": 10}], ["/params/shelf/0/books"]),
        ([{"books": 1}, {}], ["/params/shelf/1/books"]),
        ([{"books": 1, "lamp": 2}], ["/params/shelf/0/lamp"]),
        ([{"books": "1", "open": 1}], ["/params/shelf/0/books", "/params/shelf/0/open"]),
        (["books"], ["/params/shelf/0"]),
        ({"books": 1}, ["/params/shelf"]),
        ([None], ["/params/shelf/0"]),
        ([], ["/params/shelf"]),
    ],
)
def test_a_fault_is_named_with_its_pointer(given, pointers):
    with pytest.raises(BadParams) as refusal:
        SHELF.read(given, "/params/shelf")
    assert [problem.pointer for problem in refusal.value.problems] == pointers


def test_the_schema_says_what_may_be_left_out():
    item = SHELF.schema()["items"]
    assert (item["required"], item["properties"]["open"]["default"]) == (["books"], True)
