"""The menu: every place in its group, as far as the person may open it; a group without any is not shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Entry:
    """`flag` names what of the frame around the page opens it; empty is for everybody."""

    path: str
    code: str
    symbol: str
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """`open`: shown unfolded also where the present page is elsewhere."""

    code: str
    entries: tuple[Entry, ...]
    open: bool = False


GROUPS: Final = (
    Group(
        "work",
        (
            Entry("/", "home", "home"),
            Entry("/queues", "queues", "inbox"),
            Entry("/tasks", "tasks", "checks", "may_see_tasks"),
            Entry("/approvals", "approvals", "signature", "may_approve"),
        ),
        open=True,
    ),
    Group(
        "customers",
        (
            Entry("/customers", "customers", "users", "may_see_customers"),
            Entry("/life/prospects", "prospects", "user-plus", "may_see_prospects"),
            Entry("/cases", "cases", "briefcase", "may_see_cases"),
            Entry("/duplicates", "duplicates", "copy", "may_see_customers"),
        ),
        open=True,
    ),
    Group(
        "life",
        (
            Entry("/life", "life", "progress-check", "life_tabs"),
            Entry("/loyalty", "loyalty", "coins", "may_see_loyalty"),
        ),
    ),
    Group(
        "service",
        (
            Entry("/contact", "contact", "send", "may_see_contact"),
            Entry("/complaints", "complaints", "message-question", "may_see_complaints"),
            Entry("/feedback", "feedback", "circle-check", "may_see_feedback"),
            Entry("/knowledge", "knowledge", "help-circle", "may_know"),
        ),
    ),
    Group(
        "products",
        (
            Entry("/products", "products", "coins", "may_see_products"),
            Entry("/product-reviews", "product_reviews", "list-check", "may_review_products"),
        ),
    ),
    Group(
        "compliance",
        (
            Entry("/screening", "screening", "shield-check", "may_screen"),
            Entry("/reviews", "reviews", "refresh", "may_review"),
            Entry("/portfolio", "portfolio", "scale", "may_rate_portfolio"),
            Entry("/privacy", "privacy", "lock", "may_see_privacy"),
        ),
    ),
    Group(
        "institution",
        (
            Entry("/reports", "reports", "file-text", "may_report"),
            Entry("/audit", "log", "history", "may_read_log"),
            Entry("/imports", "imports", "upload", "may_see_imports"),
            Entry("/rules", "rules", "gavel", "may_see_rules"),
            Entry("/colleagues", "colleagues", "id", "may_see_roles"),
        ),
    ),
)
NAVIGATION_LABELS: Final[dict[str, dict[str, str]]] = {
    "nav_group": {
        "work": "Work",
        "customers": "Customers",
        "life": "Customers’ life",
        "service": "Service",
        "products": "Products",
        "compliance": "Compliance",
        "institution": "Institution",
    },
    "nav": {
        "home": "My work",
        "queues": "Queues",
        "tasks": "Tasks",
        "approvals": "Approvals",
        "customers": "Customers",
        "prospects": "Prospects",
        "cases": "Cases",
        "duplicates": "Duplicates",
        "life": "Stages",
        "loyalty": "Loyalty",
        "contact": "Contact",
        "complaints": "Complaints",
        "feedback": "Feedback",
        "knowledge": "Knowledge",
        "products": "Products",
        "product_reviews": "Product reviews",
        "screening": "Screening",
        "reviews": "Reviews",
        "portfolio": "Risk of the portfolio",
        "privacy": "Data protection",
        "reports": "Reports",
        "log": "Log",
        "imports": "Imports",
        "rules": "Rules",
        "colleagues": "Colleagues",
    },
}


def menu(flags: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    """The groups with what is open in each; the present page's entry is that with the longest beginning of its path."""
    shown = [(group, [each for each in group.entries if not each.flag or flags[each.flag]]) for group in GROUPS]
    places = [each.path for _, entries in shown for each in entries if _leads(each.path, path)]
    here = max(places, key=len, default=None)
    return [
        {
            "code": group.code,
            "entries": [{"entry": each, "here": each.path == here} for each in entries],
            "open": group.open or any(each.path == here for each in entries),
        }
        for group, entries in shown
        if entries
    ]


def _leads(place: str, path: str) -> bool:
    return path == place or (place != "/" and path.startswith(f"{place}/"))
