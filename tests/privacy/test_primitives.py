"""Wycheproof (C2SP) against the primitives as this floor calls them."""

import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.privacy.blind import derive


def _cases(shared_data: Path, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    path = shared_data / "vectors/crypto/wycheproof/testvectors_v1" / name
    if not path.exists():
        pytest.skip(f"{name} is not among the shared data")
    for group in json.loads(path.read_text())["testGroups"]:
        for test in group["tests"]:
            yield group, {k: bytes.fromhex(v) if k in _BYTES else v for k, v in test.items()}


_BYTES = {"key", "iv", "aad", "msg", "ct", "tag", "ikm", "salt", "info", "okm"}


def _opens(aead: AESGCM, case: dict[str, Any]) -> bool:
    try:
        return bool(aead.decrypt(case["iv"], case["ct"] + case["tag"], case["aad"]) == case["msg"])
    except InvalidTag:
        return False


def test_aes_256_gcm_with_our_nonce_length_agrees_with_wycheproof(shared_data: Path) -> None:
    seen = 0
    for group, case in _cases(shared_data, "aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"]) != (256, 96):
            continue
        aead = AESGCM(case["key"])
        assert _opens(aead, case) == (case["result"] == "valid"), case["tcId"]
        if case["result"] == "valid":
            assert aead.encrypt(case["iv"], case["msg"], case["aad"]) == case["ct"] + case["tag"]
        seen += 1
    assert seen == 66


def test_hkdf_sha256_agrees_with_wycheproof(shared_data: Path) -> None:
    for _, case in _cases(shared_data, "hkdf_sha256_test.json"):
        if case["result"] != "valid":
            with pytest.raises(ValueError, match="larger than"):
                HKDF(algorithm=SHA256(), length=case["size"], salt=case["salt"], info=case["info"])
            continue
        hkdf = HKDF(algorithm=SHA256(), length=case["size"], salt=case["salt"] or None, info=case["info"])
        assert hkdf.derive(case["ikm"]) == case["okm"], case["tcId"]


def test_derive_is_hkdf_without_salt_as_in_rfc_5869(shared_data: Path) -> None:
    cases = [
        case for _, case in _cases(shared_data, "hkdf_sha256_test.json") if not case["salt"] and case["size"] >= 32
    ]
    assert cases
    for case in cases:
        assert derive(case["ikm"], case["info"]) == case["okm"][:32], case["tcId"]


def test_hmac_sha256_agrees_with_wycheproof(shared_data: Path) -> None:
    for group, case in _cases(shared_data, "hmac_sha256_test.json"):
        tag = hmac.digest(case["key"], case["msg"], "sha256")[: group["tagSize"] // 8]
        assert (tag == case["tag"]) == (case["result"] == "valid"), case["tcId"]
