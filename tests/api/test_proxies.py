"""Whom a request comes from, behind proxies that are believed and others that are not."""

import json
from ipaddress import ip_network

import pytest

from api.client_address import client_address
from settings import Settings
from tests.api.conftest import RATIO
from tests.secret import named

TRUSTED = tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "2001:db8::/32")))


def seen(peer, listed="", forwarded="", trusted=TRUSTED):
    told = {"HTTP_X_FORWARDED_FOR": listed, "HTTP_FORWARDED": forwarded}
    return client_address({"REMOTE_ADDR": peer, **{name: text for name, text in told.items() if text}}, trusted)


@pytest.mark.parametrize(
    ("peer", "listed", "client"),
    [
        ("192.0.2.9", "", "192.0.2.9"),
        ("192.0.2.9", "198.51.100.1", "192.0.2.9"),  # whoever is not believed speaks for itself
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),  # the left one is what the client wrote
        ("127.0.0.1", "203.0.113.5, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.5, nonsense, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", ",", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "[2001:db9::1]:4711", "2001:db9::1"),
        ("::ffff:127.0.0.1", "2001:DB9::1, 2001:db8::7", "2001:db9::1"),
        ("2001:db8::7", "::ffff:198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", '198.51.100.1", "level": "error', "127.0.0.1"),
        ("127.0.0.1", '2001:db9::1%"evil"', "127.0.0.1"),
        ("127.0.0.1", "x" * 9000 + ", 198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_not_trusted(peer, listed, client):
    assert seen(peer, listed) == client


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("for=198.51.100.1", "198.51.100.1"),
        ("proto=https;For=198.51.100.1;by=10.0.0.1", "198.51.100.1"),
        ('for="[2001:db9::1]:80", for=10.2.2.2', "2001:db9::1"),
        ("for=203.0.113.5, for=198.51.100.1", "198.51.100.1"),
        ("for=_hidden", "127.0.0.1"),
        ("for=", "127.0.0.1"),
        ("by=198.51.100.1", "127.0.0.1"),
        ('for="' + "\\" * 4000, "127.0.0.1"),
    ],
)
def test_forwarded_is_read_as_its_rfc_has_it(forwarded, client):
    assert seen("127.0.0.1", forwarded=forwarded) == client


def test_two_headers_that_disagree_are_not_believed():
    assert seen("127.0.0.1", "198.51.100.1", "for=203.0.113.5") == "127.0.0.1"
    assert seen("127.0.0.1", "198.51.100.1", "for=198.51.100.1") == "198.51.100.1"


def test_without_proxies_nobody_is_believed():
    assert seen("127.0.0.1", "198.51.100.1", trusted=()) == "127.0.0.1"


@pytest.mark.parametrize("trusted", [(), TRUSTED])
def test_the_log_names_the_client_on_every_way_and_no_link_does(service_with, capsys, trusted):
    service = service_with(trusted_proxies=trusted)
    shown = service.verified(named(RATIO.draft(1)))
    headers = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    headers |= {"X-Forwarded-Prefix": "/evil", "Host": "example.org"}
    answers = [service.get(f"/v1/variants/{shown}", "student", headers=headers) for _ in range(2)]
    answers.append(service.get("/v1/families/quadratic_layer_ratio/variants/1", "lms", headers=headers))
    answers.append(service.get("/nonsense", None, headers=headers))
    told = [json.loads(line)["client"] for line in capsys.readouterr().out.splitlines()]
    assert told == ["198.51.100.1" if trusted else "127.0.0.1"] * 4
    assert not [found for found in answers if "evil" in str(found.headers) + found.get_data(as_text=True)]
    assert answers[2].headers["Content-Location"] == f"/v1/variants/{shown}"


def test_trusted_proxies_are_addresses_and_networks():
    read = Settings.from_env({"RESIT_TRUSTED_PROXIES": " 127.0.0.1, 10.0.0.0/8 ,2001:db8::/32,"}).trusted_proxies
    assert read == TRUSTED
    for text in ("localhost", "10.0.0.1/8", "10.0.0.0/33", "*", "unix"):
        with pytest.raises(ValueError, match=r"RESIT_TRUSTED_PROXIES cannot be .*, as in 127\.0\.0\.1, 10\.0\.0\.0/8"):
            Settings.from_env({"RESIT_TRUSTED_PROXIES": text})
