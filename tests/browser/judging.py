"""What a browser finds wrong with a page: rules of accessibility, its width, its answer."""

from pathlib import Path
from typing import Final

from tests.browser.conftest import Visitor

_AXE: Final = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
# axe is evaluated by the test's own protocol, which the page's policy does not reach.
_RUN: Final = "async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})).violations"

_WIDEST: Final = """() => [...document.querySelectorAll("main *")].reduce((widest, each) =>
    each.getBoundingClientRect().right > widest.getBoundingClientRect().right ? each : widest).outerHTML.slice(0, 99)"""


async def judge(visitor: Visitor, path: str) -> list[str]:
    """What is wrong with a page: axe's rules that it breaks, and whether it is wider than the window."""
    page = await visitor.open(path)
    for fold in await page.locator("details:not(.menu)").all():
        await fold.evaluate("each => { each.open = true; }")
    await page.evaluate(_AXE)
    violations = await page.evaluate(_RUN)
    found = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in violations]
    wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found + ([f"{wide} px too wide: {await page.evaluate(_WIDEST)}"] if wide > 0 else [])
