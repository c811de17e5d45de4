"""Passwords for the compose file, made once: `python -m infra.credentials` writes infra/secrets/.

The directory is closed to everyone else on the host; its files are readable, because a container's user is not the
host's. Existing passwords stay: the database knows them.
"""

import secrets
from pathlib import Path
from typing import Final

_PLACE: Final = Path(__file__).resolve().parent / "secrets"
_HOST: Final = "postgres:5432"


def make(place: Path) -> list[str]:
    """Write what is missing; the names of the files written."""
    place.mkdir(mode=0o700, exist_ok=True)
    written = [name for name in ("postgres_password", "owner_password", "login_password") if _new(place / name)]
    addresses = {
        "database_url": _address("tenure", place / "login_password"),
        "database_owner_url": _address("tenure_owner", place / "owner_password"),
        ".gitignore": "*\n",
    }
    return written + [name for name, text in addresses.items() if _write(place / name, text)]


def _new(path: Path) -> bool:
    return _write(path, secrets.token_urlsafe(32))


def _address(user: str, password: Path) -> str:
    return f"postgresql://{user}:{password.read_text(encoding='ascii')}@{_HOST}/tenure"


def _write(path: Path, text: str) -> bool:
    if path.exists():
        return False
    path.write_text(text, encoding="ascii")
    path.chmod(0o444)
    return True


if __name__ == "__main__":
    print(f"{_PLACE}: {', '.join(make(_PLACE)) or 'nothing was missing'}")
