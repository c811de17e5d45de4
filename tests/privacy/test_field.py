"""Format FE1: what it holds, what it refuses, and that its bytes never change."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from backend.privacy import field
from backend.privacy.errors import FieldKeyMismatch, FieldMalformed, FieldText, FieldUnreadable
from backend.privacy.field import FieldRef, Sealer, commitment, parse, recompute_commitment, reseal

NAME = FieldRef("party_name", "full_name")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
CANARY = "Božena Canaryová"


@dataclass(frozen=True)
class Place:
    key: bytes
    version: int
    tenant: UUID
    owner: UUID
    ref: FieldRef
    row: UUID

    def sealer(self) -> Sealer:
        return Sealer(self.key, self.version, self.tenant, self.owner)


@pytest.fixture(scope="session")
def place(key: bytes, tenant: UUID, owner: UUID, row: UUID) -> Place:
    return Place(key, 7, tenant, owner, NAME, row)


@pytest.fixture(scope="session")
def value(place: Place) -> bytes:
    return place.sealer().seal(NAME, place.row, CANARY)


def test_golden_vectors_are_reproduced_byte_for_byte(golden: dict[str, Any]) -> None:
    for case in golden["cases"]:
        sealer = Sealer(bytes.fromhex(case["key"]), case["key_version"], UUID(case["tenant"]), UUID(case["owner"]))
        ref, row_id = FieldRef(case["table"], case["column"]), UUID(case["row"])
        nonce, salt = bytes.fromhex(case["nonce"]), bytes.fromhex(case["salt"])
        assert sealer.seal(ref, row_id, case["text"], nonce=nonce, salt=salt).hex() == case["value"]
        assert sealer.open(ref, row_id, bytes.fromhex(case["value"])) == case["text"]


@given(text=TEXT)
def test_any_unicode_text_comes_back(place: Place, text: str) -> None:
    sealer = place.sealer()
    sealed = sealer.seal(NAME, place.row, text)
    assert sealer.open(NAME, place.row, sealed) == text
    assert len(sealed) == field.OVERHEAD + len(text.encode())


@given(text=TEXT, salt=st.binary(min_size=16, max_size=16), table=TEXT, column=TEXT)
def test_commitment_is_sha256_of_the_canonical_json(text: str, salt: bytes, table: str, column: str) -> None:
    encoded = base64.urlsafe_b64encode(salt).rstrip(b"=").decode()
    canonical = rfc8785.dumps([encoded, f"{table}.{column}", text])
    assert recompute_commitment(FieldRef(table, column), salt, text) == hashlib.sha256(canonical).digest()


def test_stored_commitment_is_that_of_the_disclosed_salt_and_text(place: Place, value: bytes) -> None:
    salt, text = place.sealer().disclose(NAME, place.row, value)
    assert commitment(value) == recompute_commitment(NAME, salt, text)


@pytest.mark.parametrize("moved", ["tenant", "owner", "row", "table", "column", "key"])
def test_value_moved_elsewhere_is_refused(place: Place, value: bytes, other: UUID, moved: str) -> None:
    there: dict[str, dict[str, Any]] = {
        "tenant": {"tenant": other},
        "owner": {"owner": other},
        "row": {"row": other},
        "table": {"ref": FieldRef("party_alias", "full_name")},
        "column": {"ref": FieldRef("party_name", "short_name")},
        "key": {"key": bytes(32)},
    }
    elsewhere = Place(**(vars(place) | there[moved]))
    with pytest.raises(FieldUnreadable):
        elsewhere.sealer().open(elsewhere.ref, elsewhere.row, value)


def test_boundary_between_table_and_column_is_bound(place: Place) -> None:
    sealed = place.sealer().seal(FieldRef("ab", "c"), place.row, CANARY)
    with pytest.raises(FieldUnreadable):
        place.sealer().open(FieldRef("a", "bc"), place.row, sealed)


def test_every_flipped_bit_is_refused(place: Place, value: bytes) -> None:
    sealer = place.sealer()
    for bit in range(len(value) * 8):
        changed = bytearray(value)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((FieldUnreadable, FieldMalformed, FieldKeyMismatch)):
            sealer.open(NAME, place.row, bytes(changed))


def test_every_shortened_value_is_refused(place: Place, value: bytes) -> None:
    for length in range(len(value)):
        with pytest.raises((FieldUnreadable, FieldMalformed)):
            place.sealer().open(NAME, place.row, value[:length])


def test_commitment_of_another_value_of_the_same_field_is_refused(place: Place, value: bytes) -> None:
    donor = place.sealer().seal(NAME, place.row, CANARY)
    with pytest.raises(FieldUnreadable):
        place.sealer().open(NAME, place.row, value[: -field.COMMITMENT] + commitment(donor))


def test_reseal_keeps_salt_and_commitment_under_the_new_key(place: Place, value: bytes, other: UUID) -> None:
    new = Sealer(bytes(32), 8, place.tenant, other)
    moved = reseal(place.sealer(), new, NAME, place.row, value)
    assert commitment(moved) == commitment(value)
    assert new.disclose(NAME, place.row, moved) == place.sealer().disclose(NAME, place.row, value)
    assert parse(NAME, moved).key_version == 8
    assert parse(NAME, moved).nonce != parse(NAME, value).nonce


def test_equal_texts_have_neither_ciphertext_nor_commitment_in_common(place: Place) -> None:
    values = place.sealer().seal_many([(NAME, place.row, CANARY)] * 50)
    parts = [parse(NAME, v) for v in values]
    assert (
        len({p.nonce for p in parts}) == len({p.ciphertext for p in parts}) == len({p.commitment for p in parts}) == 50
    )


def test_error_carries_the_column_and_nothing_of_the_value(place: Place, value: bytes) -> None:
    with pytest.raises(FieldUnreadable) as caught:
        place.sealer().open(NAME, UUID(int=0), value)
    assert caught.value.params == {"column": "party_name.full_name"}
    assert caught.value.__context__ is None


def test_lone_surrogate_is_refused_without_keeping_the_text_in_the_error(place: Place) -> None:
    with pytest.raises(FieldText) as caught:
        place.sealer().seal(NAME, place.row, CANARY + "\ud800")
    assert caught.value.__context__ is None
    assert CANARY not in str(caught.value)


def test_bulk_gives_what_single_calls_give(place: Place) -> None:
    texts = ["a", "", "王小明"]
    sealed = place.sealer().seal_many((NAME, place.row, text) for text in texts)
    assert place.sealer().open_many((NAME, place.row, v) for v in sealed) == texts
