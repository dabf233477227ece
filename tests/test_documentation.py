"""What the documentation names is there: files, links and their headings, commands; so is what the hooks call."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import cli

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
PATH = re.compile(r"(?=.*[a-z])[\w.-]+/[\w./-]*|[\w./-]+\.(?:py|md|toml|json|yml|svg|png)")
MADE_LATER = ("var/", ".venv/")  # by `make`
NOT_OURS = ("mycourse/", "golden.json")  # of a course, and in any package

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def prose(page):
    """A page without its fenced blocks, which other tests run."""
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def paths(page):
    """What looks like a path in backticks; not where a part of it is to be filled in, as in `<topic>/<name>.py`."""
    spans = SPAN.findall(prose(page))
    return [span for span in spans if PATH.fullmatch(span) and not span.startswith(("/", *MADE_LATER, *NOT_OURS))]


def anchors(page):
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def words_after(program):
    """Each page's command lines of a program, in backticks and in fenced blocks: the word after it."""
    said = re.compile(rf"(?:^|`|\.venv/bin/|api ){program} ([a-z][a-z-]*)", re.MULTILINE)
    return sorted({word for page in PAGES for word in said.findall(page.read_text())})


@each_page
def test_every_path_that_is_named_exists(page):
    assert [path for path in paths(page) if not (ROOT / path).exists()] == []


@each_page
def test_every_link_leads_somewhere(page):
    for target, heading in LINK.findall(prose(page)):
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), target
        assert not heading or heading in anchors(there), f"{target}#{heading}"


@pytest.mark.parametrize("word", words_after("resit"))
def test_every_command_that_is_named_exists(word):
    assert word in cli.main.list_commands(None)


@pytest.mark.parametrize("word", words_after("make"))
def test_every_recipe_that_is_named_exists(word):
    assert re.search(rf"^{word}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_decision_is_listed():
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for page in (ROOT / "docs" / "decisions").glob("[a-z]*.md"):
        assert f"({page.name})" in listed


def test_hooks_fetch_nothing_and_call_what_make_installs():
    assert {repository["repo"] for repository in HOOKS} == {"local"}
    for hook in (hook for repository in HOOKS for hook in repository["hooks"]):
        program, *_ = shlex.split(hook["entry"])
        assert program.startswith(".venv/bin/")
        subprocess.run([BIN / Path(program).name, "--version"], check=True, capture_output=True)
