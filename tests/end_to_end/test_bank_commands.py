"""`resit regenerate`, `banks`, `report` and `publish`, against a real service with real workers."""

import json
import os
import re
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
import requests

from tests.servers.gunicorn import Gunicorn
from tests.servers.processes import wait_for
from tests.servers.workers import Workers, environment

BLUEPRINT = """
name = "Resit [of] a test [/b]"

[policies]
opens = 2026-01-02T08:00:00Z

[[items]]
family = "quadratic_layer_ratio"

[[items]]
family = "gd_rate"
kind = "numeric"
"""


FILES = {"paper.toml": BLUEPRINT, "paper.txt": BLUEPRINT, "list.json": "[1]", "nan.toml": "practice = nan"}


@pytest.fixture
def running(sqlite_store, sqlite_url, redis_server, tmp_path):
    """A service with a record that other fixtures see too; its keys by scope."""
    environ = environment(sqlite_url, redis_server, SWEEP_SECONDS=0.2)
    workers = Workers(tmp_path, environ).start()
    api = Gunicorn(tmp_path, environ, "--workers", "2").start()
    keys = {scope: sqlite_store.keys.create(scope, scope) for scope in ("lms", "instructor")}
    yield SimpleNamespace(store=sqlite_store, keys=keys, url=f"http://127.0.0.1:{api.port}")
    api.stop()
    workers.stop()


@pytest.fixture
def resit(running, tmp_path):
    """Runs a command line as an instructor, or with another key."""

    def run(*words, key=None, url=None):
        return subprocess.run(command(*words), capture_output=True, text=True, env=environ(key, url), cwd=tmp_path)

    def environ(key=None, url=None):
        opened = {"RESIT_URL": url or running.url, "RESIT_KEY": key or running.keys["instructor"], "COLUMNS": "200"}
        return {**os.environ, **opened, "RESIT_HOME": str(tmp_path / "nowhere")}

    run.environ = environ
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return run


def command(*words):
    return [sys.executable, "-m", "cli", *words]


def test_a_bank_from_a_file_to_its_publication(resit, running, tmp_path):
    built = resit("regenerate", "paper.toml", "--count", "12", "--wait", "--seed", "5")
    assert built.returncode == 0, built.stderr
    bank = re.match(r"bank-[0-9a-f]{16}", built.stdout)[0]
    assert "succeeded: 24 of 24" in built.stderr
    assert "quadratic_layer_ratio" in built.stdout
    assert "Resit [of] a test [/b]" in resit("banks").stdout
    assert resit("publish", bank).stdout == f"{bank} revision 1 is published\n"
    assert running.store.banks.find(bank).published == 1
    again = resit("regenerate", "paper.toml", "--count", "3", "--bank", bank, "--wait")
    assert "revision 2" in again.stdout
    shown = resit("report", bank)
    assert shown.stdout.startswith("Resit [of] a test [/b], revision 2")
    assert "quadratic_layer_ratio" in shown.stdout
    assert json.loads(resit("report", bank, "--json").stdout)["bank"] == bank
    assert resit("report", bank, "--html", "report.html").returncode == 0
    assert "<html" in (tmp_path / "report.html").read_text()


def test_a_paper_that_comes_with_resit_is_known_by_its_name(resit):
    ordered = resit("regenerate", "dl1_resit_2022", "--count", "1")
    assert ordered.returncode == 0, ordered.stderr
    assert "dl1_resit_2022" in resit("banks").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("regenerate", "nothing.toml", "--count", "1"), "nothing.toml"),
        (("regenerate", "dl1_resit_2022"), "--count"),
        (("regenerate", "nonsense", "--count", "1"), "/paper"),
        (("publish", "bank-0000000000000000"), "no bank has this id"),
        (("regenerate", "nonsense", "--count", "1"), "Error: Unprocessable Entity:\n  /paper: paper must be one of"),
        (("regenerate", "paper.toml"), "--count says how many variants of each item that has no count"),
        (("regenerate", "list.json"), "list.json is no blueprint"),
        (("regenerate", "nan.toml", "--count", "1"), "nan.toml: Out of range"),
        (("regenerate", "paper.txt", "--count", "1"), "paper.txt must end in .toml or .json"),
    ],
)
def test_what_is_refused_is_told_in_words(resit, words, said):
    refused = resit(*words)
    assert refused.returncode != 0
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_key_that_may_not_and_a_service_that_is_not_there(resit, running):
    assert "scope of this key" in resit("banks", key=running.keys["lms"]).stderr
    assert "does not answer" in resit("banks", url="http://127.0.0.1:9").stderr


def hear_interrupts():
    """As on a terminal, though a shell that put these tests into the background has its children ignore them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_asks_what_is_to_become_of_the_build(resit, running, tmp_path):
    big = BLUEPRINT.replace('family = "quad', 'count = 5000\nfamily = "quad')
    (tmp_path / "big.toml").write_text(big)
    words = command("regenerate", "big.toml", "--count", "2000", "--wait")
    waiting = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=resit.environ(),
        cwd=tmp_path, preexec_fn=hear_interrupts,
    )  # fmt: skip
    banks = running.store.banks
    assert waiting.stderr.readline().startswith(("queued: 0 of", "running: "))
    wait_for(lambda: any(bank.built for bank in banks.newest(None, 9)), "the first variants", 60)
    waiting.send_signal(signal.SIGINT)
    _, errors = waiting.communicate("cancel\n", timeout=60)
    assert "Cancel the job, leave it running, or wait on?" in errors
    assert waiting.returncode == 1
    (bank,) = banks.newest(None, 9)
    assert (bank.state, bank.built < 7000) == ("ready", True)


def test_events_are_told_as_they_come_and_a_client_that_goes_frees_its_place(running):
    order = {"name": "Events", "items": [{"family": "gd_rate", "count": 300}]}
    opened = {"Authorization": f"Bearer {running.keys['instructor']}"}
    job = requests.post(f"{running.url}/v1/banks", json=order, headers=opened, timeout=30).json()["job"]
    events = f"{running.url}/v1/jobs/{job}/events"
    for _ in range(5):  # more than there are places
        with requests.get(events, headers=opened, stream=True, timeout=30) as stream:
            assert next(line for line in stream.iter_lines() if line.startswith(b"data: "))
    states = []
    while not states or states[-1]["state"] in ("queued", "running"):
        with requests.get(events, headers=opened, stream=True, timeout=30) as stream:
            lines = [line for line in stream.iter_lines() if line.startswith(b"data: ")]
        states += [json.loads(line.removeprefix(b"data: ")) for line in lines]
    assert [state["done"] for state in states] == sorted(state["done"] for state in states)
    assert (states[-1]["state"], states[-1]["done"]) == ("succeeded", 300)


def test_a_learner_draws_and_a_mistake_is_put_right(resit, running, tmp_path):
    built = resit("regenerate", "paper.toml", "--count", "4", "--wait")
    bank = re.match(r"bank-[0-9a-f]{16}", built.stdout)[0]
    resit("publish", bank)
    drawn = resit("draw", bank, "ada")
    assert drawn.returncode == 0, drawn.stderr
    assert resit("draw", bank, "ada").stdout == drawn.stdout
    variant = re.search(r"gd_rate-[0-9a-f]{16}", drawn.stdout)[0]
    annulled = resit("correct", bank, "--reason", "a slip in the figure", "--annul", variant, "--yes")
    assert annulled.returncode == 0, annulled.stderr
    assert "1 are annulled" in annulled.stdout
    assert running.store.variants.find(variant).state == "withdrawn"
    other = re.search(r"quadratic_layer_ratio-[0-9a-f]{16}", drawn.stdout)[0]
    assert resit("withdraw", other, "--reason", "seen by somebody").stdout == f"{other} is withdrawn\n"
    assert resit("export", bank, "-o", "bank.json").returncode == 0
    made = resit("import", "bank.json")
    assert "8 of 8 variants" in made.stdout
