"""Secrets that prove who somebody is: slow hashes for passwords, plain digests for random tokens."""

import hashlib
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_HASHER: Final = PasswordHasher()
# Verified when the login does not exist, so that the answer takes as long.
_NOBODY: Final = _HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Hashed with weaker parameters than those of today."""
    return _HASHER.check_needs_rehash(stored)


def new_token() -> str:
    """256 random bits; only the digest is stored."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
