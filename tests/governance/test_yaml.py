"""Rule-sets in YAML: what is refused and where, what differs in words, and what capabilities read afterwards."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.access.context import Context
from backend.core.rulesets import Policies, StandingText
from backend.customers.rulesets import DuplicateRules, OwnershipRules, duplicates
from backend.edge import kinds as gathered
from backend.governance import kinds
from backend.governance.errors import ContentRefused
from backend.governance.yaml_difference import differences
from tests.governance.conftest import House

POLICIES = Path(__file__).resolve().parents[2] / "policies"
NAME = "customer-duplicates"
TODAY = date(2026, 11, 22)

gathered.gather()


def source() -> str:
    return kinds.find("duplicates").initial(Policies(POLICIES), TODAY)[NAME].decode()


def told(old: object, new: object) -> list[str]:
    return [change.words.said("en") for change in differences(old, new)]


@pytest.mark.parametrize(
    ("addition", "problem"),
    [("surprise: 1\n", "surprise"), ("id: another\n", "another"), ("broken: [\n", "expected")],
)
def test_what_cannot_be_used_is_refused_with_its_line(addition: str, problem: str) -> None:
    text = source().replace("id: customer-duplicates\n", "") if addition.startswith("id") else source()
    content = text + addition
    with pytest.raises(ContentRefused, match=problem) as refused:
        kinds.find("duplicates").parse(NAME, content.encode())
    lines = content.splitlines()
    assert refused.value.params["line"] in range(len(lines) - 1, len(lines) + 2)


def test_a_changed_figure_is_told() -> None:
    assert told({"weights": {"name": 30}}, {"weights": {"name": 40}}) == ["weights › name was 30, becomes 40"]


def test_items_of_lists_are_known_by_their_names() -> None:
    old = {"rules": [{"id": "a", "points": 1}, {"id": "b", "points": 2}]}
    new = {"rules": [{"id": "b", "points": 2}, {"id": "a", "points": 3}]}
    assert told(old, new) == ["rules › a › points was 1, becomes 3"]


def test_a_new_branch_is_told_once_with_what_is_in_it() -> None:
    assert told({"rules": []}, {"rules": [{"id": "c", "points": 5, "when": "always"}]})[-1:] == [
        "rules › c is added: id: c; points: 5; when: always"
    ]


def test_a_branch_that_goes_is_told_once() -> None:
    old = {"rules": [{"id": "c", "points": 5}, {"id": "d", "points": 6}]}
    assert told(old, {"rules": [{"id": "d", "points": 6}]}) == ["rules › c is taken out (it was id: c; points: 5)"]


LEAVES = st.one_of(st.integers(), st.booleans(), st.text(max_size=5), st.none())
KEYS = st.sampled_from("abcdef")
BRANCHES = st.dictionaries(KEYS, LEAVES, max_size=3)
TREES = st.dictionaries(KEYS, st.one_of(LEAVES, BRANCHES, st.dictionaries(KEYS, BRANCHES, max_size=2)), max_size=3)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(TREES, TREES)
def test_two_documents_are_told_apart_exactly_when_they_differ(old: object, new: object) -> None:
    assert (differences(old, new) == []) == (repr(sorted_(old)) == repr(sorted_(new)))


def sorted_(value: object) -> object:
    return {key: sorted_(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def text(name: str, begin: date, end: date | None = None, threshold: str = "") -> StandingText:
    content = yaml.safe_load(source()) | {"id": name}
    body = yaml.safe_dump(content).encode() + threshold.encode()
    return StandingText("customers/duplicates", name, body, f"{begin}", begin, end)


def test_the_files_count_until_the_institution_decides() -> None:
    own = Policies(POLICIES).governed([text(NAME, TODAY)])
    book = own.book("customers/duplicates", DuplicateRules)
    before, now = book.effective(TODAY - timedelta(days=1)), book.effective(TODAY)
    assert (before.source.decode(), now.file.startswith(NAME)) == (source(), True)


def test_of_two_that_begin_on_one_day_the_last_counts() -> None:
    first, last = text(NAME, TODAY, TODAY - timedelta(days=1)), text(NAME, TODAY, threshold="# the last\n")
    book = Policies(POLICIES).governed([first, last]).book("customers/duplicates", DuplicateRules)
    assert book.effective(TODAY).source == last.source


def test_what_another_book_governs_leaves_a_book_as_the_files_say() -> None:
    files = Policies(POLICIES)
    own = files.governed([text(NAME, TODAY)])
    assert own.book("customers/ownership", OwnershipRules) is files.book("customers/ownership", OwnershipRules)


async def test_an_approved_rule_set_is_what_the_capability_reads(house: House) -> None:
    changed = source().replace("\n", "\n# Changed by the institution\n", 1)
    row = await house.change("lucie", "helena", changed, kind="duplicates", name=NAME)
    await house.look_again()

    async def used(ctx: Context) -> str:
        return duplicates(ctx).sha256

    assert await house.platform.run(house.people["jana"], used) == row.new_sha256
