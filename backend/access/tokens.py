"""Secrets that prove who somebody is: slow hashes for passwords, plain digests for random tokens.

A slow hash takes a processor for tens of milliseconds and gives up the interpreter meanwhile: `hashed` and `matches`
compute it in a few threads of their own, so that nobody else's request waits for somebody's password.
"""

import asyncio
import hashlib
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_HASHER: Final = PasswordHasher()
HASHING_THREADS: Final = max(2, min(4, os.cpu_count() or 1))
_THREADS: Final = ThreadPoolExecutor(HASHING_THREADS, thread_name_prefix="password")


@cache
def _nobody() -> str:
    """Verified when the login does not exist, so that the answer takes as long."""
    return _HASHER.hash(secrets.token_hex(16))


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, hash_password, password)


async def matches(stored: str | None, password: str) -> bool:
    """`password_matches`, while others go on."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, password_matches, stored, password)


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _nobody(), password)
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
