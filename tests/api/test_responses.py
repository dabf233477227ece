"""Responses as instructors see them: listed, taken out as CSV, graded by hand, erased."""

import csv
from io import StringIO

import pytest

from api import lists
from api.spreadsheets import encoded
from tests.learners import given_draw

ATTACKS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", '=HYPERLINK("http://x";"y")', "-2+3")
SEPARATORS = (";", "\t", "|", "\n", "\r\n", ';"', '; "', '"\n"')
HARMLESS = ("-1.5", "+2", "1e3", "-2E-3", "a = b", 'say "so"', "a,b;c", "zwei\nZeilen", "Zoë")


def answer(service, variant, learner, response):
    found = service.post(f"/v1/variants/{variant}/grade", json={"learner": learner, "response": response})
    assert found.status_code == 200, found.json
    return service.get("/v1/responses").json["items"][0]


def table(service, query=""):
    found = service.get(f"/v1/responses{query}", headers={"Accept": "text/csv"})
    assert (found.status_code, found.content_type) == (200, "text/csv; charset=utf-8; header=present")
    assert "responses.csv" in found.headers["Content-Disposition"]
    return list(csv.DictReader(StringIO(found.data.decode(), newline="")))


def test_responses_are_listed_with_what_was_told_and_what_holds(service, number):
    found = answer(service, number, "eve", {"value": "9999"})
    assert (found["learner"], found["variant"], found["attempt"], found["draw"], found["bank"]) == (
        *("eve", number, 1),
        *(None, None),
    )
    assert found["result"]["score"] == found["effective"]["score"] == 0
    assert found["response"] == {"value": "9999"}
    assert (found["counted"], found["needs_grading"], found["effective"]["changes"]) == (True, False, [])


def test_they_are_filtered_and_paged(service, number, words, monkeypatch):
    monkeypatch.setattr(lists, "ITEMS_A_PAGE", 2)
    monkeypatch.setattr(lists, "FETCHED", 3)
    for learner in ("eve", "bob", "ada"):
        answer(service, number, learner, {"value": "9999"})
    answer(service, words, "eve", {"text": "Because."})
    first = service.get("/v1/responses?learner=%20eve&variant=" + number).json
    assert ([item["learner"] for item in first["items"]], first["next"]) == (["eve"], None)
    page = service.get("/v1/responses")
    assert page.json["next"] in page.headers["Link"]
    rest = service.get(f"/v1/responses?cursor={page.json['next']}").json
    assert [item["learner"] for item in page.json["items"] + rest["items"]] == ["eve", "ada", "bob", "eve"]
    assert [item["kind"] for item in service.get("/v1/responses?graded=false").json["items"]] == ["text"]
    assert len(table(service)) == 4
    for query in ("bank=bank-0", "bank=%00", "variant=%00", "graded=maybe", "cursor=x", "learner=", "nobody=1"):
        assert service.get(f"/v1/responses?{query}").status_code == 422, query


def test_those_of_a_bank_are_found(service, number):
    bank, draw = given_draw(service.store, "eve", number)
    answer(service, number, "eve", {"value": "9999"})
    assert service.get(f"/v1/responses?bank={bank}").json["items"] == []
    kept = service.get("/v1/learners?learner=eve").json
    assert [each["id"] for each in kept["draws"]] == [draw]


@pytest.mark.parametrize("text", ATTACKS)
def test_no_cell_is_a_formula(service, words, text):
    answer(service, words, "=cmd|' /C calc'!A0", {"text": text})
    (row,) = table(service)
    assert row["response"].replace("'", "") == text
    assert row["response"].startswith("'")
    assert row["learner"] == "'=cmd|' /C calc'!A0"


@pytest.mark.parametrize("delimiter", ";\t|")
@pytest.mark.parametrize("text", [*ATTACKS, *(f"a{mark}{attack};b" for mark in SEPARATORS for attack in ATTACKS)])
def test_no_cell_is_a_formula_where_others_than_commas_part_them(text, delimiter):
    sent = b"".join(encoded(("learner", "response"), [("x;=1+1", text)])).decode()
    cells = [cell for row in csv.reader(StringIO(sent, newline=""), delimiter=delimiter) for cell in row]
    assert [cell for cell in cells if cell.lstrip('" ').startswith(("=", "+", "-", "@", "\uff1d"))] == []


def test_what_is_harmless_stays_as_it_is():
    sent = b"".join(encoded(("a", "b"), [(text, 1) for text in HARMLESS]))
    assert sent.startswith(b"a,b\r\n")
    assert [row["a"] for row in csv.DictReader(StringIO(sent.decode(), newline=""))] == list(HARMLESS)
    assert b"\\ud800" in b"".join(encoded(("a",), [("\ud800",)]))


def test_a_remark_is_text_that_every_database_holds(service, words):
    name = answer(service, words, "eve", {"text": "Because."})["id"]
    refused = service.post(f"/v1/responses/{name}/grade", json={"points": 1, "remark": "a\x00b"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/remark")
    marked = service.post(f"/v1/responses/{name}/grade", json={"points": 1, "remark": "one,\r\n\ttwo"})
    assert marked.status_code == 200


def test_a_person_grades_an_open_question(service, words):
    name = answer(service, words, "eve", {"text": "Because."})["id"]
    marked = service.post(f"/v1/responses/{name}/grade", json={"points": 1.5, "remark": "half of it"}).json
    (change,) = marked["effective"]["changes"]
    assert (marked["effective"]["score"], marked["needs_grading"]) == (1.5, False)
    assert (change["by"], change["why"], change["who"].split()[1]) == ("person", "half of it", "instructor")
    full = service.post(f"/v1/responses/{name}/grade", json={"points": 2}).json
    assert (full["effective"]["correct"], len(full["effective"]["changes"])) == (True, 2)
    seen = service.post(f"/v1/variants/{words}/validate", json={"learner": "eve", "response": {"text": "And?"}}).json
    assert seen["closed"]
    assert service.get(f"/v1/variants/{words}/solution?learner=eve", "lms").status_code == 200
    assert table(service)[0]["score"] == "2.0"


@pytest.mark.parametrize("points", [-1, 2.01, "1", None, True, 1e400])
def test_points_out_of_range_name_the_field(service, words, points):
    name = answer(service, words, "eve", {"text": "Because."})["id"]
    body = '{"points": 1e400}' if points == 1e400 else None
    sent = {"data": body, "content_type": "application/json"} if body else {"json": {"points": points}}
    found = service.post(f"/v1/responses/{name}/grade", **sent)
    assert found.status_code in ((400, 422) if body else (422,))
    assert body or found.json["errors"][0]["pointer"] == "/points"


def test_what_the_answer_key_grades_is_not_for_a_person(service, number):
    name = answer(service, number, "eve", {"value": "9999"})["id"]
    assert service.post(f"/v1/responses/{name}/grade", json={"points": 1}).status_code == 409
    for other in ("response-0000000000000000", "nonsense"):
        assert service.post(f"/v1/responses/{other}/grade", json={"points": 1}).status_code == 404


def test_a_learner_is_told_of_and_erased(service, words):
    name = "a/b ../Zoë"
    answer(service, words, name, {"text": "my own words"})
    given_draw(service.store, name, words)
    told = service.get("/v1/learners", query_string={"learner": f" {name} "}).json
    assert [len(told[part]) for part in ("draws", "allowances", "attempts", "granted", "responses")] == [1, 1, 1, 0, 1]
    erased = service.post("/v1/erasures", json={"learner": "a/b ../Zoe\u0308"})
    assert erased.json == {"responses": 1, "draws": 1, "texts": 1}
    assert service.post("/v1/erasures", json={"learner": name}).status_code == 404
    assert service.get("/v1/learners", query_string={"learner": name}).status_code == 404
    left = service.get("/v1/responses").get_data(as_text=True)
    assert name not in left
    assert "my own words" not in left
    assert service.post("/v1/erasures", json={}).json["errors"][0]["pointer"] == "/learner"
