"""The certificate of an erasure proves itself, and only what happened."""

import base64
from typing import Any

import orjson
import pytest

from backend.audit.errors import NotInLog
from backend.audit.formats.note import SignerKey
from backend.audit.keys import LogKeys
from backend.rights import certificate
from backend.rights import service as rights
from backend.rights.errors import CertificateBroken, NotErasedYet
from tests.rights.conftest import NAME, Privacy


async def _certificate(privacy: Privacy, *, readable: bool = False) -> bytes:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    await privacy.log()
    key = LogKeys.of(privacy.settings).verifier(privacy.bank.tenant.id)
    handed = await privacy.run(privacy.bank.officer, rights.certificate_for, party.id, "en", key, readable=readable)
    return bytes(handed.content)


async def test_a_certificate_verifies_with_the_key_of_the_log(privacy: Privacy) -> None:
    content = await _certificate(privacy)
    key = LogKeys.of(privacy.settings).verifier(privacy.bank.tenant.id)
    verified = certificate.verify(content, key)
    assert verified.ground == "request"
    assert verified.leaves[0] < verified.leaves[1] < verified.size


async def test_a_certificate_names_nobody(privacy: Privacy) -> None:
    content = await _certificate(privacy)
    assert not any(word in content.decode() for word in NAME.split())


async def test_a_certificate_can_be_read(privacy: Privacy) -> None:
    assert (await _certificate(privacy, readable=True)).startswith(b"%PDF-")


def _holds(content: bytes) -> bool:
    try:
        certificate.verify(content)
    except CertificateBroken:
        return False
    return True


def _changed(content: bytes, change: Any) -> bytes:
    whole = orjson.loads(content)
    change(whole)
    return orjson.dumps(whole)


async def test_every_forgery_of_a_certificate_is_found(privacy: Privacy) -> None:
    content = await _certificate(privacy)

    def other_entry(c: dict[str, Any]) -> None:
        body = bytearray(base64.b64decode(c["entries"][0]["entry"]))
        body[len(body) // 2] ^= 1
        c["entries"][0]["entry"] = base64.b64encode(body).decode()

    forgeries = {
        "another person": lambda c: c.update(party="019aaaaa-0000-7000-8000-000000000000"),
        "another day": lambda c: c.update(shredded_at="2020-01-01T00:00:00.000000Z"),
        "another ground": lambda c: c.update(ground="retention"),
        "one entry alone": lambda c: c["entries"].pop(),
        "entries turned round": lambda c: c["entries"].reverse(),
        "an entry edited": other_entry,
        "no entries": lambda c: c.pop("entries"),
        "another format": lambda c: c.update(format="x/1"),
    }
    assert [name for name, forge in forgeries.items() if _holds(_changed(content, forge))] == []


async def test_a_certificate_of_another_log_is_refused(privacy: Privacy) -> None:
    content = await _certificate(privacy)
    stranger = SignerKey.generate(LogKeys.of(privacy.settings).verifier(privacy.bank.tenant.id).name).verifier
    with pytest.raises(CertificateBroken):
        certificate.verify(content, stranger)


async def test_nothing_is_certified_before_it_is_done(privacy: Privacy) -> None:
    party = await privacy.left(6)
    with pytest.raises(NotErasedYet):
        await privacy.run(privacy.bank.officer, rights.certificate_for, party.id, "en", None, readable=False)


async def test_a_certificate_waits_for_the_log(privacy: Privacy) -> None:
    party = await privacy.left(6)
    await privacy.erase(party.id)
    with pytest.raises(NotInLog):
        await privacy.run(privacy.bank.officer, rights.certificate_for, party.id, "en", None, readable=False)
