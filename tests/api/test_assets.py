"""Figures."""

import pytest

from bank.store import Asset
from tests.api.conftest import RATIO
from tests.secret import named

SVG, PNG = "a" * 64, "b" * 64


@pytest.fixture
def figures(service):
    assets = {SVG: Asset("image/svg+xml", b"<svg/>"), PNG: Asset("image/png", b"\x89PNG")}
    service.verified(named(RATIO.draft(1)), assets=assets)


@pytest.mark.parametrize(
    ("name", "media", "content"), [(f"{SVG}.svg", "image/svg+xml", b"<svg/>"), (f"{PNG}.png", "image/png", b"\x89PNG")]
)
def test_anybody_may_see_a_figure_for_ever(service, figures, name, media, content):
    found = service.get(f"/v1/assets/{name}", None)
    assert (found.status_code, found.data) == (200, content)
    assert found.headers["Content-Type"].startswith(media)
    assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in found.headers["Content-Security-Policy"]
    again = service.get(f"/v1/assets/{name}", None, headers={"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name", [f"{SVG}.png", f"{PNG}.svg", f"{'c' * 64}.svg", f"{SVG}.gif", SVG, "x", f"{SVG}.svg%00"]
)
def test_what_is_not_there_is_404(service, figures, name):
    assert service.get(f"/v1/assets/{name}", None).status_code == 404
