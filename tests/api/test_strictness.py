"""Whatever a client sends is answered by a problem, never by a fault of ours."""

import json

import pytest
from werkzeug.exceptions import BadRequest

from api import app, strict_json
from tests.api.conftest import RATIO
from tests.secret import named

PATHS = ["/v1/variants", f"/v1/variants/{named(RATIO.draft(1)).id}/grade", "/v1/grade"]
BOMBS = {
    "nested lists": b"[" * 100_000,
    "nested and closed": b"[" * 100_000 + b"]" * 100_000,
    "nested objects": b'{"a":' * 100_000,
    "nested just too deep": b"[" * 65 + b"]" * 65,
    "NaN": b'{"seed": NaN}',
    "infinity": b'{"seed": -Infinity}',
    "too large a float": b'{"seed": 1e999}',
    "five thousand digits": b'{"seed": ' + b"9" * 5000 + b"}",
    "forty-one digits": b"9" * 41,
    "nothing": b"",
    "no JSON": b"{",
    "a byte order mark in the middle": b'{"seed": \xef\xbb\xbf1}',
    "two byte order marks": b"\xef\xbb\xbf" * 2 + b"{}",
    "a member twice": b'{"response": 1, "response": 2}',
    "a member twice within": b'{"items": [{"response": {"value": "1/3", "value": "97/100"}}]}',
    "a member twice, escaped": b'{"a": 1, "\\u0061": 1}',
    "half a pair twice": b'{"\\ud800": 1, "\\ud800": 2}',
    "a member with a long name": b'{"' + b"x" * 201 + b'": 1}',
    "too many members": json.dumps(dict.fromkeys(map(str, range(201)))).encode(),
    "too many values": b"[" + b"1," * 10_000 + b"1]",
    "too many lists": b"[" + b"[]," * 5_000 + b"[]]",
    "latin-1": b'{"family": "\xe9"}',
    "half a pair": b'{"family": "\\ud800"}',
    "half a pair as a name": b'{"\\udfff": 1}',
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_json_is_400(service, choice, path, body):
    found = service.post(path, data=body, content_type="application/json")
    assert (found.status_code, found.content_type) == (400, "application/problem+json")
    assert found.json["detail"]


@pytest.mark.parametrize("body", [b"[]", b"3", b'"x"', b"null", b"true", b'{"response": 1, "surplus": 1}'])
@pytest.mark.parametrize("path", PATHS)
def test_json_of_another_shape_is_422(service, choice, path, body):
    found = service.post(path, data=body, content_type="application/json")
    assert (found.status_code, found.content_type) == (422, "application/problem+json")
    assert found.json["errors"]


def test_depth_is_counted_exactly():
    assert strict_json.loads(b"[" * 63 + b"1" + b"]" * 63) is not None
    assert strict_json.loads(b"-" + b"9" * 39) == -int("9" * 39)


@pytest.mark.parametrize(
    "media", [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
@pytest.mark.parametrize("path", PATHS)
def test_a_body_of_another_type_is_415(service, choice, path, media):
    found = service.post(path, data=b"{}", content_type=media)
    assert (found.status_code, found.content_type) == (415, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/v1/banks/{bank}/regenerate", "/v1/banks/{bank}/publish", "/v1/corrections/{bank}/confirm"]
)
def test_where_all_may_be_left_out_the_body_may_be_too(service, path):
    path = path.format(bank="bank-0000000000000000")
    assert service.post(path).status_code == 404
    assert service.post(path, data=b"{}").status_code == 415


@pytest.mark.parametrize("path", PATHS)
def test_where_something_must_be_said_no_body_is_415(service, path):
    assert service.post(path).status_code == 415


def test_a_member_that_is_there_twice_is_named(service, choice):
    body = b'{"response": {"choice": "a", "choice": "b"}}'
    found = service.post(f"/v1/variants/{choice}/grade", data=body, content_type="application/json")
    assert (found.status_code, found.json["detail"]) == (400, 'the body has the member "choice" twice in one object')


def test_values_are_counted_and_what_a_text_holds_is_none():
    assert len(strict_json.loads(b"[" + b"1," * 9_999 + b"1]")) == 10_000
    for text in (', [ {, "' * 5_000, "\\" * 20_001 + ',"' * 20_000, "é,\n" * 20_000):
        assert strict_json.loads(json.dumps([text, 1], ensure_ascii=False).encode()) == [text, 1]
    for body in (b'["' + b"," * 20_000 + b'",' + b"1," * 10_000 + b"1]", b'{"a":' * 60 + b"[" + b"{}," * 10_000):
        with pytest.raises(BadRequest, match="more than 10000 values"):
            strict_json.loads(body)


def test_a_byte_order_mark_is_skipped(service, choice):
    body = b'\xef\xbb\xbf{"response": {"choice": "a"}}'
    found = service.post(f"/v1/variants/{choice}/validate", data=body, content_type="application/json")
    assert (found.status_code, found.json["valid"]) == (200, True)


@pytest.mark.parametrize("coding", ["identity", "Identity", "IDENTITY"])
def test_identity_is_no_coding_however_it_is_written(service, choice, coding):
    asked = {"content_type": "application/json", "headers": {"Content-Encoding": coding}}
    assert service.post(f"/v1/variants/{choice}/validate", data=b'{"response": 1}', **asked).status_code == 200


def test_of_many_errors_the_first_are_listed_and_the_others_counted(service):
    found = service.post("/v1/variants", json={f"member{number}": 1 for number in range(150)})
    assert (found.status_code, len(found.json["errors"]), found.json["more"]) == (422, 20, 150 + 1 - 20)
    assert len(found.data) < 4096
    params = {f"{number:02d}{'x' * 190}": 1 for number in range(99)}
    found = service.post("/v1/variants", json={"family": "quadratic_layer_ratio", "params": params})
    assert (found.status_code, len(found.json["errors"]), found.json["more"]) == (422, 20, 79)
    assert len(found.json["detail"]) <= 1000
    assert "more" not in service.post("/v1/variants", json={"family": "nonsense"}).json


def test_a_compressed_body_is_415(service):
    headers = {"Content-Encoding": "gzip"}
    assert service.post(PATHS[0], data=b"{}", content_type="application/json", headers=headers).status_code == 415


@pytest.mark.parametrize("path", PATHS)
def test_more_than_a_mebibyte_is_413(service, choice, path):
    body = json.dumps({"response": "x" * app.LARGEST_BODY_BYTES}).encode()
    found = service.post(path, data=body, content_type="application/json")
    assert (found.status_code, found.content_type) == (413, "application/problem+json")
    assert service.post(path, data=b" " * app.LARGEST_BODY_BYTES, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/variants", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("GET", "/v1/grade", {"POST", "OPTIONS"}),
        ("PATCH", "/v1/families", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/v1/jobs/x", {"GET", "HEAD", "DELETE", "OPTIONS"}),
        ("BREW", "/healthz", {"GET", "HEAD", "OPTIONS"}),
        ("TRACE", "/v1/families", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_another_method_is_405_and_says_which_are_allowed(service, method, path, allowed):
    found = service.call(method, path, "admin")
    assert (found.status_code, found.content_type) == (405, "application/problem+json")
    assert set(found.headers["Allow"].split(", ")) == allowed


def test_options_tells_the_methods(service):
    found = service.call("OPTIONS", "/v1/jobs/x")
    assert (found.status_code, found.data) == (204, b"")
    assert set(found.headers["Allow"].split(", ")) == {"GET", "HEAD", "DELETE", "OPTIONS"}
    assert "Content-Type" not in found.headers


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1//families", "/v1/families/", "/v2/families", "/%2e%2e/x", "/docs/"]
)
def test_an_address_of_nothing_is_404(service, path):
    found = service.get(path)
    assert (found.status_code, found.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "query", ["x=" + "y" * 7000, "&" * 5000, "topic=%00", "topic=%ff%fe", "kind[]=1", "%", "a=1&a=2"]
)
def test_a_strange_query_is_no_fault_of_ours(service, choice, query):
    for path in ("/v1/families", f"/v1/variants/{choice}", f"/v1/variants/{choice}/evidence"):
        assert service.get(f"{path}?{query}").status_code in (200, 422)


@pytest.mark.parametrize("host", ["", "a b", "x" * 300, "[::1", "é", "a/b"])
def test_a_strange_host_is_no_fault_of_ours(service, host):
    assert service.get("/v1/families", headers={"Host": host}).status_code in (200, 400)


def test_an_error_of_ours_tells_nothing_of_itself(service, monkeypatch):
    def broken(*_):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(service.parts.store.jobs, "find", broken)
    found = service.get("/v1/jobs/job-0000000000000000")
    assert (found.status_code, found.content_type) == (500, "application/problem+json")
    assert "secret" not in found.get_data(as_text=True)
