"""The report of a bank over HTTP, and its page in a browser."""

import re
import shutil

import pytest

from api.report_page import page
from api.schemas.reports import Report
from bank.exams.reporting import report
from tests import banks

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CONTRAST = """() => {
  const part = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const light = s => { const [r, g, b] = s.match(/[\\d.]+/g).map(Number);
    return .2126*part(r)+.7152*part(g)+.0722*part(b) };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c } };
  const ratio = e => { const s = getComputedStyle(e), own = e.closest("svg") ? s.fill : s.color;
    const [a, b] = [light(own), light(behind(e))].sort((x, y) => y - x); return (a + .05) / (b + .05) };
  const written = e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim());
  return Math.min(...[...document.body.querySelectorAll("*")].filter(written).map(ratio)) }"""


@pytest.fixture
def bank(service):
    asked = ({"family": "quadratic_layer_ratio", "count": 3, "title": "<b>One</b>"}, {"family": "gd_step", "count": 2})
    return banks.bank_on(service.store, asked, name="Resit & <more>")


def test_a_program_gets_json_of_the_form_that_is_described(service, bank):
    found = service.get(f"/v1/banks/{bank}/report")
    assert (found.status_code, found.content_type) == (200, "application/json")
    assert Report().validate(found.json) == {}
    assert (found.json["name"], found.json["summary"]["variants"]) == ("Resit & <more>", 5)


def test_a_browser_gets_a_page_that_needs_nothing_else(service, bank):
    found = service.get(f"/v1/banks/{bank}/report", headers=HTML)
    html = found.get_data(as_text=True)
    assert (found.status_code, found.content_type) == (200, "text/html; charset=utf-8")
    assert "5 variants of 2 items" in html and "Resit &amp; &lt;more&gt;" in html and "<b>One" not in html
    assert not re.search(r'<script|\sstyle=|\son\w+=|(?:src|href)="(?!#|data:,)', html)
    assert "default-src 'none'; style-src 'sha256-" in found.headers["Content-Security-Policy"]
    assert found.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("query", "status"), [("revision=1", 200), ("revision=2", 422), ("revision=x", 422), ("a=1", 422)]
)
def test_a_revision_may_be_asked_for(service, bank, query, status):
    found = service.get(f"/v1/banks/{bank}/report?{query}")
    assert found.status_code == status
    assert status == 200 or found.json["errors"][0]["pointer"] in ("/revision", "/a")


def test_what_is_neither_of_both_is_not_on_offer(service, bank):
    found = service.get(f"/v1/banks/{bank}/report", headers={"Accept": "text/csv"})
    assert (found.status_code, found.json["detail"]) == (406, "only application/json and text/html are on offer")


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no browser here to look at the page with")
def test_the_saved_page_is_whole_on_a_phone_in_the_dark_and_on_paper(service, bank, tmp_path, browser):
    found = report(service.store, service.store.banks.find(bank), service.store.banks.revision(bank, 1))
    path, complaints = tmp_path / "report.html", []
    path.write_text(page(found))
    for scheme in ("light", "dark"):
        shown = browser.new_page(viewport={"width": 360, "height": 700}, color_scheme=scheme)
        shown.on("console", lambda message: complaints.append(message.text))
        shown.goto(path.as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") == 360
        assert shown.evaluate(CONTRAST) >= 4.5
        assert shown.locator("svg:not([aria-label])").count() == 0 < shown.locator("svg[role=img]").count()
        assert shown.locator("table:not(:has(th[scope=col]))").count() == 0
    assert shown.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert complaints == []
