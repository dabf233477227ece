"""The README's list of processes, two APIs among them: they share three addresses and a secret."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.end_to_end.instance import free_port
from tests.end_to_end.readme import blocks
from tests.secret import SECRET
from tests.servers.processes import start, stop, wait_for

LINES = [shlex.split(line, comments=True) for block in blocks("sh hosts") for line in block.splitlines()]
VARIABLES = [words[1].partition("=")[0] for words in LINES if words[0] == "export"]
ONCE = [words for words in LINES if words[0] == "resit"]
API = next(words for words in LINES if words[0] == "gunicorn")
OTHERS = [words for words in LINES if words[0] in ("celery", "python")]


@pytest.fixture
def environ(postgres_url, redis_server, tmp_path):
    shared = (postgres_url, redis_server.broker_url, redis_server.cache_url, SECRET, str(tmp_path / "beats"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, **dict(zip(VARIABLES, shared, strict=True))}


@pytest.fixture
def key(environ):
    """What the preparations print last."""
    printed = [subprocess.run(words, env=environ, capture_output=True, text=True, check=True).stdout for words in ONCE]
    return printed[-1].strip()


@pytest.fixture
def apis(environ, key, tmp_path):
    """The URLs of two, with all that works behind them."""
    addresses = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    lasting = [[address if word == "0.0.0.0:8000" else word for word in API] for address in addresses] + OTHERS
    running = [start(words, tmp_path / f"{place}.log", env=environ) for place, words in enumerate(lasting)]
    yield [f"http://{address}" for address in addresses]
    for process in running:
        stop(process)


def test_what_one_api_was_asked_for_the_other_serves(apis, key):
    for url in apis:
        wait_for(lambda url=url: is_whole(url), url, 90)
    headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=30"}
    asked = {"family": "gd_rate", "seed": 3}
    made = requests.post(f"{apis[0]}/v1/variants", json=asked, headers=headers, timeout=40)
    assert made.status_code == 201
    found = requests.get(f"{apis[1]}/v1/variants/{made.json()['id']}", headers=headers, timeout=40)
    assert found.json()["state"] == "verified"


def is_whole(url):
    try:
        return requests.get(f"{url}/readyz", timeout=5).json()["degraded"] == []
    except (OSError, KeyError, ValueError):
        return False
