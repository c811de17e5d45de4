"""Static files: cached for ever under the name of their content, gzipped, and nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest

from backend.web import labels
from backend.web.assets import Assets
from tests.web.conftest import Browser

_WEB = Path(__file__).resolve().parents[2] / "backend" / "web"
_W3 = re.compile(r"https?://www\.w3\.org/")


async def test_an_asset_under_its_own_digest_is_cached_for_ever(browser: Browser) -> None:
    response = await browser.get(Assets.load().url("app.css"))
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_an_asset_under_an_old_digest_is_served_but_not_for_ever(browser: Browser) -> None:
    response = await browser.get("/static/0000000000000000/app.css")
    assert response.status_code == 200
    assert "immutable" not in response.headers["cache-control"]


async def test_an_asset_is_gzipped_for_those_who_take_it(browser: Browser) -> None:
    url = Assets.load().url("vendor.js")
    packed = await browser.get(url, headers={"accept-encoding": "gzip"})
    plain = await browser.get(url, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert len(gzip.compress(plain.content, 9)) < len(plain.content) / 2


async def test_a_file_that_is_not_there_is_not_found(browser: Browser) -> None:
    assert (await browser.get("/static/x/../door.py")).status_code in {303, 404}
    assert (await browser.get("/static/x/secrets.txt")).status_code == 404


@pytest.mark.parametrize("name", ["vendor.js", "vendor.css", "app.js", "app.css"])
def test_no_asset_reaches_for_another_host(name: str) -> None:
    text = _W3.sub("", (_WEB / "static" / name).read_text("utf-8"))
    assert re.findall(r"https?://[^\s\"')]+", text) == []
    assert "sourceMappingURL" not in text


def test_no_template_holds_a_script_a_style_or_a_handler() -> None:
    pattern = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    found = {path.name for path in _WEB.glob("templates/**/*.html") if pattern.search(path.read_text("utf-8"))}
    assert found == set()


def test_every_icon_that_is_named_is_there() -> None:
    drawn = set(re.findall(r"^  '([a-z0-9-]+)':", (_WEB / "templates" / "icons.html").read_text("utf-8"), re.MULTILINE))
    used: set[str] = set()
    for path in _WEB.glob("templates/**/*.html"):
        used |= set(re.findall(r"icon\('([a-z0-9-]+)'", path.read_text("utf-8")))
    assert used <= drawn


def test_every_tone_belongs_to_a_code_that_some_group_names() -> None:
    named = {code for group in labels.LABELS.values() for code in group}
    coloured = set().union(*labels._TONES.values())
    assert coloured <= named
