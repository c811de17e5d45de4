"""Messages as files in a folder: letters for the printing house, and every channel that nothing else is set up for.

A file is written once under the message's id: a second attempt finds it and writes nothing.
"""

import asyncio
import os
from dataclasses import dataclass, replace
from pathlib import Path

from backend.servicing.interactions.channels.mime import email_of
from backend.servicing.interactions.channels.parcel import Delivery, Outcome, Parcel


@dataclass(frozen=True, slots=True)
class FileAdapter:
    """`<folder>/<institution>/<channel>/<message>.eml`, readable by the server's own user alone."""

    folder: Path
    sender: str
    name: str = "file"

    async def deliver(self, parcel: Parcel) -> Delivery:
        return await asyncio.to_thread(self._write, parcel)

    def path_of(self, parcel: Parcel) -> Path:
        return self.folder / str(parcel.tenant_id) / parcel.channel / f"{parcel.id}.eml"

    def _write(self, parcel: Parcel) -> Delivery:
        path = self.path_of(parcel)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._once(path, bytes(email_of(_filed(parcel), self.sender)))
        except FileExistsError:
            return Delivery(Outcome.SENT, self.name, "there_already")
        except OSError as error:
            return Delivery(Outcome.NOT_SENT, self.name, f"os_{error.errno}")
        return Delivery(Outcome.SENT, self.name, "written")

    def _once(self, path: Path, content: bytes) -> None:
        """Whole or not at all, also when the process dies in the middle. Raises FileExistsError."""
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(part, path)
        finally:
            part.unlink(missing_ok=True)


def _filed(parcel: Parcel) -> Parcel:
    """What is no e-mail address stands in the text: an address of a street is no header."""
    if parcel.channel == "email":
        return parcel
    return replace(parcel, to="undisclosed-recipients:;", body=f"{parcel.to}\n\n{parcel.body}")
