"""Writing an .auditpack: a zip in the layout of tlog-tiles with what outsiders need beside it (docs/audit.md).

Files are written one after the other and none is held, so a pack of any size takes the same memory. The pack has its
name only when it is complete.
"""

import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import orjson

from backend.audit import verifier
from backend.audit.errors import FileThere
from backend.audit.formats.tiles import Tile, encode_bundle

FORMAT: Final = "tenure-auditpack@1"
README: Final = """\
This is an audit pack: entries of an audit log, and what it takes to verify them without trusting who made the pack.

    python verify.py THIS-FILE.auditpack --key KEY

needs Python 3.11 and the package “cryptography”, and nothing else. KEY is the log's public key; get it from the
institution by another way than this file. verify.py says in words what is proven and what is not. Read it, or write
your own: checkpoint and tile/ are those of c2sp.org/tlog-tiles, the rest is described in docs/audit.md of Tenure.

这是一份审计包：审计日志的条目，以及无需信任制作者即可核验它们所需的一切。

    python verify.py 本文件.auditpack --key 密钥 --lang zh

只需 Python 3.11 和 “cryptography” 包。密钥是日志的公钥，请通过其他途径向该机构取得。verify.py 会用文字说明已证明什么、
未证明什么。checkpoint 与 tile/ 遵循 c2sp.org/tlog-tiles，其余格式见 Tenure 的 docs/audit.md。
"""


class PackWriter:
    """A context manager; leaving it by an error leaves nothing behind."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FileThere(path=path)
        self._path, self._part = path, path.with_name(path.name + ".part")
        descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.file("verify.py", verifier.source())
            self.file("README.txt", README.encode())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink()

    def file(self, name: str, data: bytes) -> None:
        """Tiles and bundles lie there as they are: inflating them would cost a verifier more than hashing them."""
        self._zip.writestr(name, data, zipfile.ZIP_STORED if name.startswith("tile/") else zipfile.ZIP_DEFLATED)

    def bundle(self, tile: Tile, entries: Sequence[bytes]) -> None:
        self.file(tile.path, encode_bundle(entries))

    def json_lines(self, name: str, values: Sequence[Mapping[str, Any]]) -> None:
        if values:
            self.file(name, b"".join([orjson.dumps(value) + b"\n" for value in values]))

    def appending(self, name: str) -> IO[bytes]:
        """A file that is written piece by piece; no other is written until it is closed."""
        return self._zip.open(name, "w", force_zip64=True)

    def manifest(self, value: Mapping[str, Any]) -> None:
        self.file("manifest.json", orjson.dumps(value, option=orjson.OPT_INDENT_2))


def numbered(folder: str, number: int) -> str:
    """The file of bundle `number` in one of the folders beside the tiles."""
    return f"{folder}/{Tile(None, number).path.removeprefix('tile/entries/')}.jsonl"
