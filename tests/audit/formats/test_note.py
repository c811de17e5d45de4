import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.formats import FormatError, note
from backend.audit.formats.note import (
    InvalidNoteSignature,
    MalformedKey,
    MalformedNote,
    Signature,
    SignerKey,
    UnverifiedNote,
    VerifierKey,
)

# The example of golang.org/x/mod/sumdb/note: keys, text and signature are published there.
PETER = SignerKey.parse("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
PETER_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNED = (TEXT + "\n" + LINE).encode()


def published(merkle_vectors: Path) -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads((merkle_vectors / "signed_note_vectors.json").read_text())
    return [vector for vector in vectors if "vkeys" in vector]  # the other is a witness cosignature, another type


def test_published_notes_get_their_verdict(merkle_vectors: Path) -> None:
    verdicts = {}
    for vector in published(merkle_vectors):
        try:
            keys = [VerifierKey.parse(text) for text in vector["vkeys"]]
            verdicts[vector["id"]] = len(note.parse(vector["note"].encode()).verified_by(keys)) == len(keys)
        except FormatError:
            verdicts[vector["id"]] = False
    assert verdicts == {vector["id"]: vector["valid"] for vector in published(merkle_vectors)}
    assert len(verdicts) == 5


def test_signing_gives_the_published_bytes() -> None:
    assert note.sign(TEXT, PETER).encode() == SIGNED


def test_a_note_reads_back_to_the_same_bytes() -> None:
    assert note.parse(SIGNED).encode() == SIGNED


def test_the_verifier_key_of_a_signer_is_the_published_one() -> None:
    assert PETER.verifier.encode() == PETER_PUBLIC
    assert VerifierKey.parse(PETER_PUBLIC) == PETER.verifier


def test_a_generated_key_reads_back() -> None:
    key = SignerKey.generate("tenure.example/log")
    assert SignerKey.parse(key.encode()) == key
    assert note.sign("text\n", key).verified_by([VerifierKey.parse(key.verifier.encode())]) == (key.verifier,)


def test_a_private_key_does_not_show_in_repr() -> None:
    assert PETER.seed.hex() not in repr(PETER)
    assert repr(PETER.seed) not in repr(PETER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        PETER_PUBLIC.replace("c74f20a3", "c74f20a4"),
        PETER_PUBLIC.replace("c74f20a3", "C74F20A3"),
        PETER_PUBLIC.replace("PeterNeumann", "Peter Neumann"),
        PETER_PUBLIC.replace("PeterNeumann", ""),
        PETER_PUBLIC.replace("+ARpc", "+ARp"),
        PETER_PUBLIC + "\n",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
    ],
)
def test_a_malformed_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey.parse(text)


@pytest.mark.parametrize("text", [PETER_PUBLIC, PETER.encode().replace("c74f20a3", "c74f20a4"), "PRIVATE+KEY+a+b"])
def test_a_malformed_signer_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(MalformedKey) as caught:
        SignerKey.parse(text)
    assert "AYEKFALVFGyNhPJE" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "size"), [("a b", 32), ("", 32), ("a+b", 32), ("a", 31), ("a\u2003b", 32), ("a\x00", 32)]
)
def test_a_key_of_a_bad_name_or_length_is_refused(name: str, size: int) -> None:
    with pytest.raises(MalformedKey):
        VerifierKey(name, b"k" * size)
    with pytest.raises(MalformedKey):
        SignerKey(name, b"k" * size)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        TEXT.encode(),
        (TEXT + "\n").encode(),
        (TEXT + LINE).encode(),
        SIGNED[:-1],
        SIGNED + b"\n",
        SIGNED.replace(b"If you", b"If\tyou"),
        SIGNED.replace(b"\n", b"\r\n"),
        SIGNED.replace(b"If you", b"If \xff you"),
        SIGNED.replace("\u2014 ".encode(), b"- "),
        SIGNED.replace(b"PeterNeumann ", b"PeterNeumann  "),
        SIGNED.replace(b"PeterNeumann ", b"Peter+Neumann "),
        SIGNED.replace(b"PeterNeumann ", b" "),
        SIGNED.replace(b"JnAM=", b"JnAN="),
        SIGNED.replace(b"JnAM=", b"JnAM"),
        SIGNED.replace(b"x08go/ZJ", b"x08go_ZJ"),
        (TEXT + "\n\u2014 PeterNeumann x08gow==\n").encode(),
        (TEXT + "\n" + LINE * 101).encode(),
    ],
)
def test_a_malformed_note_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedNote):
        note.parse(data)


def test_the_last_empty_line_separates_text_and_signatures() -> None:
    text = "one\n\ntwo\n\n\nthree\n"
    assert note.parse(note.sign(text, PETER).encode()).text == text


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "bell\x07\n"])
def test_text_that_cannot_be_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(MalformedNote):
        note.sign(text, PETER)


def test_a_note_needs_a_signer() -> None:
    with pytest.raises(MalformedNote):
        note.sign(TEXT)


def test_a_note_by_strangers_is_refused() -> None:
    with pytest.raises(UnverifiedNote, match="PeterNeumann"):
        note.parse(SIGNED).verified_by([SignerKey.generate("PeterNeumann").verifier])


def test_signatures_of_strangers_are_passed_over() -> None:
    signed = note.sign(TEXT, SignerKey.generate("stranger"), PETER)
    assert signed.verified_by([PETER.verifier]) == (PETER.verifier,)


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    other = SignerKey.generate("other")
    signed = note.sign(TEXT, PETER, other)
    forged = Signature("other", other.verifier.key_id, signed.signatures[0].value)
    with pytest.raises(InvalidNoteSignature, match="other"):
        note.Note(TEXT, (signed.signatures[0], forged)).verified_by([PETER.verifier, other.verifier])


def test_a_key_given_twice_signs_once() -> None:
    signed = note.sign(TEXT, PETER, PETER)
    assert signed.verified_by([PETER.verifier, PETER.verifier]) == (PETER.verifier,)


def test_two_known_keys_of_one_name_and_id_are_refused() -> None:
    twins = [VerifierKey("twin", sha256(number.to_bytes(4)).digest()) for number in (91979, 93541)]
    assert twins[0].key_id == twins[1].key_id
    with pytest.raises(MalformedKey, match="share"):
        note.parse(SIGNED).verified_by([PETER.verifier, *twins])


@given(st.integers(0, len(TEXT) - 1), st.characters(codec="utf-8", exclude_categories=["Cc"]))
def test_any_change_of_the_text_breaks_the_signature(at: int, character: str) -> None:
    changed = TEXT[:at] + character + TEXT[at + 1 :]
    if changed != TEXT:
        with pytest.raises(InvalidNoteSignature):
            note.Note(changed, note.parse(SIGNED).signatures).verified_by([PETER.verifier])


@given(st.integers(0, 63), st.integers(0, 7))
def test_any_bit_flipped_in_a_signature_breaks_it(at: int, bit: int) -> None:
    (signature,) = note.parse(SIGNED).signatures
    value = bytearray(signature.value)
    value[at] ^= 1 << bit
    with pytest.raises(InvalidNoteSignature):
        note.Note(TEXT, (Signature(signature.name, signature.key_id, bytes(value)),)).verified_by([PETER.verifier])


@given(st.binary(max_size=200) | st.integers(0, len(SIGNED)).map(lambda at: SIGNED[:at] + b"\xe2" + SIGNED[at:]))
def test_reading_arbitrary_bytes_fails_only_as_malformed(data: bytes) -> None:
    try:
        read = note.parse(data)
    except MalformedNote:
        return
    assert read.encode() == data
