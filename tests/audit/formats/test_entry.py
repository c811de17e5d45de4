"""The audit entry, version 1. `golden/entries.json` holds entries with their bytes and leaf hashes as they were first
written; a test of it that fails means that old logs would no longer verify, never that the file is to be changed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.formats import FormatError
from backend.audit.formats.entry import (
    ACTOR_TYPES,
    CHANNELS,
    MAX_CHANGES,
    OPERATIONS,
    OUTCOMES,
    Actor,
    Change,
    Entry,
    InvalidEntry,
    Origin,
    Read,
    Subject,
)
from backend.audit.formats.entry_reader import parse
from backend.audit.formats.merkle import leaf_hash
from backend.audit.formats.tiles import EntryTooLong

GOLDEN = json.loads((Path(__file__).parent / "golden" / "entries.json").read_text(encoding="utf-8"))
OVERFLOW = json.loads((Path(__file__).parent / "golden" / "overflow.json").read_text(encoding="utf-8"))

APPROVAL = Entry(
    id=UUID("019ab3c4-d5e6-7f01-8a23-456789abcdef"),
    ts=datetime(2026, 11, 22, 1, 57, 12, 123456, tzinfo=UTC),
    tenant=UUID("019a0000-0000-7000-8000-000000000001"),
    actor=Actor(UUID("019a0000-0000-7000-8000-0000000000a1"), "staff", frozenset({"kyc_officer", "approver"})),
    action="customer.kyc.approve",
    subject=Subject("onboarding_case", UUID("019ab3c4-0000-7000-8000-000000000011")),
    outcome="success",
    reason="All documents seen",
    ruleset=sha256(b"rules").hexdigest(),
    origin=Origin("web", "k1:9f86d081884c7d65", "req-0001"),
    changes=(
        Change("party", UUID("019ab3c4-0000-7000-8000-000000000022"), 3, "update", sha256(b"row 2").digest()),
        Change(
            "onboarding_case", UUID("019ab3c4-0000-7000-8000-000000000011"), 17, "update", sha256(b"row 1").digest()
        ),
    ),
)

UUIDS = st.uuids()
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
CHANGES = st.builds(
    Change, NAMES, UUIDS, st.integers(1, 2**53 - 1), st.sampled_from(OPERATIONS), st.binary(min_size=32, max_size=32)
)
READS = st.builds(Read, NAMES, UUIDS, st.frozensets(TEXTS, min_size=1, max_size=4))
ENTRIES = st.builds(
    Entry,
    id=UUIDS.map(lambda value: UUID(int=value.int & ~(0xF << 76) & ~(3 << 62) | 7 << 76 | 2 << 62)),
    ts=st.datetimes(timezones=st.just(UTC)),
    tenant=UUIDS,
    actor=st.builds(Actor, UUIDS, st.sampled_from(ACTOR_TYPES), st.frozensets(TEXTS, max_size=3), st.none() | UUIDS),
    action=st.from_regex(r"[a-z][a-z0-9_]{0,9}(\.[a-z][a-z0-9_]{0,9}){1,2}", fullmatch=True),
    subject=st.builds(Subject, NAMES, UUIDS),
    outcome=st.sampled_from(OUTCOMES),
    reason=st.none() | TEXTS,
    ruleset=st.none() | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    origin=st.builds(Origin, st.sampled_from(CHANNELS), st.none() | TEXTS, TEXTS),
    changes=st.lists(CHANGES, max_size=4, unique_by=lambda change: change.key).map(tuple),
    reads=st.lists(READS, max_size=3, unique_by=lambda read: read.key).map(tuple),
)


@pytest.mark.parametrize("case", GOLDEN, ids=[case["name"] for case in GOLDEN])
def test_golden_bytes_hash_to_the_golden_leaf(case: dict[str, str]) -> None:
    assert leaf_hash(case["bytes"].encode()).hex() == case["leaf"]


@pytest.mark.parametrize("case", GOLDEN, ids=[case["name"] for case in GOLDEN])
def test_golden_bytes_read_and_write_the_same(case: dict[str, str]) -> None:
    assert parse(case["bytes"].encode()).encode() == case["bytes"].encode()


def test_an_approval_is_written_as_the_golden_bytes() -> None:
    assert APPROVAL.encode().decode() == next(case["bytes"] for case in GOLDEN if case["name"] == "approval")


def test_a_read_of_personal_data_is_written_as_the_golden_bytes() -> None:
    seen = replace(
        APPROVAL,
        action="customer.read",
        subject=Subject("party", UUID("019ab3c4-0000-7000-8000-000000000022")),
        reason=None,
        ruleset=None,
        changes=(),
        reads=(
            Read("party", UUID("019ab3c4-0000-7000-8000-000000000023"), frozenset({"full_name"})),
            Read("party", UUID("019ab3c4-0000-7000-8000-000000000022"), frozenset({"national_id", "full_name"})),
        ),
    )
    assert seen.encode().decode() == next(case["bytes"] for case in GOLDEN if case["name"] == "read")


@given(ENTRIES)
def test_every_entry_reads_back_equal(entry: Entry) -> None:
    assert parse(entry.encode()) == entry


@given(ENTRIES)
def test_every_entry_is_canonical_for_the_reference_implementation(entry: Entry) -> None:
    assert rfc8785.dumps(orjson.loads(entry.encode())) == entry.encode()


@given(st.permutations(APPROVAL.changes * 1 + tuple(replace(APPROVAL.changes[0], ver=ver) for ver in (1, 2, 10, 9))))
def test_the_order_of_changes_given_makes_no_difference(changes: list[Change]) -> None:
    entry = replace(APPROVAL, changes=tuple(changes))
    written = [(change["t"], change["id"], change["ver"]) for change in orjson.loads(entry.encode())["changes"]]
    assert written == sorted(written)


@given(ENTRIES, st.data())
def test_an_entry_with_a_field_left_out_is_refused(entry: Entry, data: st.DataObject) -> None:
    value = orjson.loads(entry.encode())
    del value[data.draw(st.sampled_from(sorted(value.keys() - {"reads"})))]
    with pytest.raises(InvalidEntry, match="missing or unknown"):
        parse(rfc8785.dumps(value))


def spoilt(path: str, new: Any) -> bytes:
    """The approval with one value replaced, still canonical JSON."""
    value = orjson.loads(APPROVAL.encode())
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = value
    for step in way:
        place = place[step]
    place[last] = new
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("v", 2),
        ("v", True),
        ("v", 1.0),
        ("id", "019ab3c4-d5e6-4f01-8a23-456789abcdef"),
        ("id", "019AB3C4-D5E6-7F01-8A23-456789ABCDEF"),
        ("id", 7),
        ("ts", "2026-11-22T01:57:12Z"),
        ("ts", "2026-11-22T01:57:12.123456+00:00"),
        ("ts", "2026-11-22T01:57:12.123456"),
        ("ts", "2026-11-22 01:57:12.123456Z"),
        ("ts", "yesterday"),
        ("tenant", "bank"),
        ("actor", None),
        ("actor.type", "robot"),
        ("actor.roles", ["kyc_officer", "approver"]),
        ("actor.roles", ["approver", "approver"]),
        ("actor.roles", [""]),
        ("actor.roles", "approver"),
        ("actor.on_behalf_of", ""),
        ("actor.name", "Anna"),
        ("action", "approve"),
        ("action", "Customer.approve"),
        ("action", "customer.approve\n"),
        ("subject.type", ""),
        ("outcome", "maybe"),
        ("reason", ""),
        ("reason", 5),
        ("ruleset", "abc"),
        ("ruleset", sha256(b"rules").hexdigest().upper()),
        ("origin.channel", "fax"),
        ("origin.ip", ""),
        ("origin.request", ""),
        ("changes", {}),
        ("changes", [{}]),
        ("changes.0.ver", 0),
        ("changes.0.ver", "17"),
        ("changes.0.ver", True),
        ("changes.0.ver", 2**53),
        ("changes.0.op", "upsert"),
        ("changes.0.d", "ab"),
        ("changes.0.d", "zz" * 32),
        ("changes.0.d", sha256(b"row").hexdigest().upper()),
        ("changes.0.t", "zebra"),
        ("changes.0.t", "Party"),
        ("reads", []),
        ("reads", [{"type": "party", "id": "019ab3c4-0000-7000-8000-000000000022", "fields": []}]),
        ("reads", [{"type": "party", "id": "019ab3c4-0000-7000-8000-000000000022", "fields": ["b", "a"]}]),
        ("extra", 1),
    ],
)
def test_an_entry_with_a_wrong_value_is_refused(path: str, new: object) -> None:
    with pytest.raises(FormatError):
        parse(spoilt(path, new))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", APPROVAL.encode() + b"\n", b" " + APPROVAL.encode()])
def test_bytes_that_are_no_entry_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse(data)


def test_the_error_names_the_field_that_is_wrong() -> None:
    with pytest.raises(InvalidEntry) as caught:
        parse(spoilt("changes.1.id", "x"))
    assert caught.value.path == "$.changes[1].id"


@pytest.mark.parametrize(
    "ts",
    [
        datetime(2026, 11, 22, 1, 57, 12),  # noqa: DTZ001
        datetime(2026, 11, 22, 1, 57, 12, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_a_time_that_is_not_utc_is_refused(ts: datetime) -> None:
    with pytest.raises(InvalidEntry) as caught:
        replace(APPROVAL, ts=ts)
    assert caught.value.path == "$.ts"


def test_a_whole_second_still_has_six_digits() -> None:
    assert b'"ts":"2026-11-22T01:57:12.000000Z"' in replace(APPROVAL, ts=APPROVAL.ts.replace(microsecond=0)).encode()


def test_the_same_version_named_twice_is_refused() -> None:
    with pytest.raises(InvalidEntry, match="twice"):
        replace(APPROVAL, changes=APPROVAL.changes * 2)


def test_the_same_record_read_twice_is_refused() -> None:
    read = Read("party", APPROVAL.subject.id, frozenset({"full_name"}))
    with pytest.raises(InvalidEntry, match="twice"):
        replace(APPROVAL, reads=(read, read))


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    reads = tuple(Read("party", UUID(int=number), frozenset({"x" * 100})) for number in range(500))
    with pytest.raises(EntryTooLong):
        replace(APPROVAL, reads=reads).encode()


def many(number: int) -> tuple[Change, ...]:
    party = APPROVAL.changes[1]
    return tuple(
        replace(party, ver=ver, op="update" if ver > 1 else "insert", digest=sha256(b"row %d" % ver).digest())
        for ver in range(1, number + 1)
    )


def test_more_changes_than_fit_are_written_as_the_golden_bytes() -> None:
    """`golden/overflow.json` was made without this code, from RFC 6962 and RFC 8785 alone."""
    assert replace(APPROVAL, changes=many(MAX_CHANGES + 1)).encode().decode() == OVERFLOW["bytes"]


def test_the_golden_overflow_hashes_to_the_golden_leaf() -> None:
    assert leaf_hash(OVERFLOW["bytes"].encode()).hex() == OVERFLOW["leaf"]


def test_the_golden_overflow_reads_and_writes_the_same() -> None:
    assert parse(OVERFLOW["bytes"].encode()).encode() == OVERFLOW["bytes"].encode()


def test_as_many_changes_as_fit_are_listed_and_come_back() -> None:
    entry = replace(APPROVAL, changes=many(MAX_CHANGES))
    assert parse(entry.encode()).changes == entry.changes


def test_a_list_of_more_changes_than_may_be_listed_is_refused() -> None:
    value = orjson.loads(APPROVAL.encode())
    value["changes"] = [change.as_value() for change in many(MAX_CHANGES + 1)]
    with pytest.raises(InvalidEntry, match="one spelling"):
        parse(rfc8785.dumps(value))


@pytest.mark.parametrize(
    "more",
    [
        {"n": MAX_CHANGES, "root": "00" * 32},
        {"n": MAX_CHANGES + 1, "root": "00" * 31},
        {"n": MAX_CHANGES + 1, "root": "AB" * 32},
        {"n": str(MAX_CHANGES + 1), "root": "00" * 32},
        {"n": MAX_CHANGES + 1},
        {},
        None,
    ],
)
def test_a_sum_of_changes_in_another_form_is_refused(more: object) -> None:
    value = orjson.loads(OVERFLOW["bytes"])
    value["more"] = more
    with pytest.raises(FormatError):
        parse(rfc8785.dumps(value))


def test_a_sum_beside_a_list_of_changes_is_refused() -> None:
    value = orjson.loads(APPROVAL.encode())
    value["more"] = orjson.loads(OVERFLOW["bytes"])["more"]
    with pytest.raises(InvalidEntry) as caught:
        parse(rfc8785.dumps(value))
    assert caught.value.path == "$.more"
