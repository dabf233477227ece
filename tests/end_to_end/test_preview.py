"""`resit preview`: a page of a family that follows its file, through errors too."""

import os
import sys
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

import cli
from tests.course import DOUBLING, write_course
from tests.end_to_end.readme import ROOT
from tests.servers.gunicorn import free_port
from tests.servers.processes import start, stop, wait_for


class Preview:
    """The preview of a course's family, and the file that it follows."""

    def __init__(self, folder, source=DOUBLING):
        package = write_course(folder, source=source)
        self.source = folder / "mycourse" / "families" / "counting" / "doubling.py"
        self.port, self.log = free_port(), folder / "preview.log"
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "RESIT_FAMILIES": package}
        command = [sys.executable, "-m", "cli", "preview", "doubling", "--port", self.port]
        self.process = start(command, self.log, cwd=folder, env=environ)

    def get(self, path="/"):
        """What is served, nothing while it starts anew."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urlopen(f"http://localhost:{self.port}{path}", timeout=60) as answer:
                return answer.read().decode()
        except (URLError, ConnectionError, HTTPException):  # none that listens, or one that ended while it answered
            return ""

    def write(self, old, new):
        text = self.source.read_text()
        assert old in text
        self.source.write_text(text.replace(old, new))

    def shows(self, text):
        """Wait until the page has it; the whole page comes back."""

        def page():
            found = self.get()
            return found if text in found else ""

        return wait_for(page, f"{text!r} in the page", seconds=60)


@pytest.fixture
def preview(tmp_path):
    running = Preview(tmp_path)
    try:
        running.shows("Doubling")
        yield running
    finally:
        stop(running.process)


def test_each_kind_is_shown_with_ten_seeds_keys_and_reasons(preview):
    page = preview.get()
    kinds = [part.partition('"')[0] for part in page.split('<section id="')[1:]]
    assert kinds == ["numeric", "single_choice"]
    for section in page.split('<section id="')[1:]:
        assert [f"<b>seed {seed}</b>" in section for seed in range(11)] == [True] * 10 + [False]
        assert "The last one was counted once." in section
    assert page.count('class="option right"') == 10
    assert page.count('class="key"') == 10
    assert "What a guesser scores" in page


def test_evidence_comes_afterwards(preview):
    assert preview.get("/evidence/single_choice").count('"verdict":"confirmed"') == 10


def test_a_saved_file_brings_the_new_text(preview):
    stamp = preview.get("/stamp")
    preview.write("What is twice", "What is two times")
    preview.shows("What is two times")
    assert preview.get("/stamp") not in ("", stamp)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("return 2 * self.n", "return 2 * self.m", "has no attribute &#39;m&#39;"),
        ("def solve(self):", "def solve(self:", "SyntaxError"),
        ("from bank.authoring import", "from bank.nowhere import", "No module named &#39;bank.nowhere&#39;"),
    ],
)
def test_an_error_is_shown_and_gone_when_it_is_mended(preview, old, new, shown):
    preview.write(old, new)
    preview.shows(shown)
    preview.write(new, old)
    assert 'class="fault"' not in preview.shows('class="option right"')


def test_a_family_that_begins_with_an_error_is_shown_too(tmp_path):
    running = Preview(tmp_path, DOUBLING.replace("def solve(self):", "def solve(self:"))
    try:
        running.shows("SyntaxError")
        running.write("def solve(self:", "def solve(self):")
        running.shows('class="option right"')
    finally:
        stop(running.process)


def test_what_is_left_to_write_stands_at_the_top(preview):
    preview.write('"Doubling"', 'unwritten("title: of a line")')
    assert "doubling.py:10: title: of a line" in preview.shows("Left to write")


def test_a_name_that_nothing_bears_is_refused():
    refused = CliRunner().invoke(cli.main, ["preview", "nothing"])
    assert (refused.exit_code, refused.output) == (1, "Error: no family goes by that name\n")
