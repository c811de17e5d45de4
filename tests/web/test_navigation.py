"""The menu: groups by right, the present page marked, nobody sees an empty group."""

import re

import pytest

from backend.web.navigation import GROUPS, NAVIGATION_LABELS, menu
from tests.factories.customers import Bank
from tests.web.conftest import Browser

FLAGS = [each.flag for group in GROUPS for each in group.entries if each.flag]
ALL = dict.fromkeys(FLAGS, True)
NONE = dict.fromkeys(FLAGS, False)
_GROUP = re.compile(r'data-group="(\w+)"')


def present(path: str) -> list[str]:
    return [each["entry"].path for group in menu(ALL, path) for each in group["entries"] if each["here"]]


def test_every_place_stands_once() -> None:
    places = [each.path for group in GROUPS for each in group.entries]
    assert len(places) == len(set(places))


def test_every_place_and_group_has_a_name() -> None:
    assert {each.code for group in GROUPS for each in group.entries} == NAVIGATION_LABELS["nav"].keys()
    assert {group.code for group in GROUPS} == NAVIGATION_LABELS["nav_group"].keys()


def test_a_group_in_which_nothing_is_open_is_not_shown() -> None:
    assert [group["code"] for group in menu(NONE, "/")] == ["work"]


@pytest.mark.parametrize("flag", sorted(set(FLAGS)))
def test_one_right_opens_only_what_it_is_for(flag: str) -> None:
    shown = [each["entry"] for group in menu({**NONE, flag: True}, "/") for each in group["entries"]]
    assert {each.flag for each in shown} == {"", flag}


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", ["/"]),
        ("/life", ["/life"]),
        ("/life/watch", ["/life"]),
        ("/life/prospects", ["/life/prospects"]),
        ("/life/prospects/new", ["/life/prospects"]),
        ("/products", ["/products"]),
        ("/product-reviews/x", ["/product-reviews"]),
        ("/lifeless", []),
    ],
)
def test_the_present_page_is_marked_once(path: str, here: list[str]) -> None:
    assert present(path) == here


def test_the_group_of_the_present_page_is_unfolded() -> None:
    assert next(group["open"] for group in menu(ALL, "/rules") if group["code"] == "institution")
    assert not next(group["open"] for group in menu(ALL, "/") if group["code"] == "institution")


async def test_an_auditor_and_a_manager_see_different_groups(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    of_manager = set(_GROUP.findall((await browser.get("/")).text))
    await browser.sign_in("administrator")
    of_administrator = set(_GROUP.findall((await browser.get("/")).text))
    assert {"work", "customers", "life"} <= of_manager
    assert "life" not in of_administrator
    assert "institution" in of_administrator
