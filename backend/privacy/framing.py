"""The one way parts become bytes in every format here: Σ (u16 big-endian length ‖ bytes), so no two lists collide."""

U16_MAX = 0xFFFF


def frame(*parts: bytes) -> bytes:
    """ValueError for a part over 65,535 bytes: a table or column name never is."""
    if max(map(len, parts), default=0) > U16_MAX:
        raise ValueError("a framed part is longer than 65,535 bytes")
    return b"".join([len(part).to_bytes(2, "big") + part for part in parts])
