"""Offline verification of a pack, against raw SHA-256 of the same entries: `python -m tests.benchmarks.audit_verify`.

A pack of entries that each change a record is made without a database. Measured in processor time, best of five:

- raw: SHA-256 of each entry, read before; and with the nodes of the tree, the very bytes that verification hashes;
- log: the verifier's way from bundles to the signed root (hashes, tiles, heads);
- whole: the verifier as the auditor runs it, with entries read, versions followed and their contents hashed as well.
"""

import argparse
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from backend.audit.formats import checkpoint, tiles
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.merkle import Frontier, leaf_hashes
from backend.audit.formats.note import SignerKey
from backend.audit.formats.tiles import encode_bundle, entry_bundles
from backend.audit.verifier import standalone
from backend.core.ids import new_id

AIM = 0.35
_TENANT = "019ab3c4-d5e6-7f01-8a23-456789abcdef"


class Bare(standalone.Contents):
    """Leaves entries unread, so that the log alone is measured."""

    def bundle(self, start: int, entries: object, lines: object) -> None:
        """Nothing is read."""


def entry(row: str, record: str) -> tuple[bytes, str]:
    """An entry that makes one record, and the record's content."""
    id_ = str(new_id())
    text = f'{{"entry_id":"{id_}","id":"{record}","name":"{row}","tenant_id":"{_TENANT}","ver":1}}'
    digest = sha256(text.encode()).hexdigest()
    return (
        f'{{"action":"team.create","actor":{{"id":"{_TENANT}","on_behalf_of":null,"roles":["administrator"],'
        f'"type":"staff"}},"changes":[{{"d":"{digest}","id":"{record}","op":"insert","t":"team","ver":1}}],'
        f'"id":"{id_}","origin":{{"channel":"web","ip":"3f2a9c01d4e5b6a7","request":"{id_}"}},"outcome":"success",'
        f'"reason":null,"ruleset":null,"subject":{{"id":"{record}","type":"team"}},"tenant":"{_TENANT}",'
        f'"ts":"2026-11-22T01:57:12.123456Z","v":1}}'.encode(),
        text,
    )


def write(path: Path, count: int) -> list[bytes]:
    signer = SignerKey.generate("tenure/bench")
    entries: list[bytes] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        for bundle in entry_bundles(count):
            made = [(record, *entry(f"row {n}", record)) for n in range(bundle.width) for record in [str(new_id())]]
            pack.writestr(bundle.path, encode_bundle([body for _, body, _ in made]), zipfile.ZIP_STORED)
            lines = [
                {
                    "i": len(entries) + place,
                    "t": "team",
                    "id": record,
                    "ver": 1,
                    "op": "insert",
                    "d": sha256(text.encode()).hexdigest(),
                    "row": text,
                }
                for place, (record, _, text) in enumerate(made)
            ]
            name = f"versions/{standalone.number_path(bundle.index)}.jsonl"
            pack.writestr(name, "".join(json.dumps(line) + "\n" for line in lines))
            entries += [body for _, body, _ in made]
        tree, written = tiles.grow(Frontier(), leaf_hashes(entries), lambda _: b"")
        for tile, data in written:
            pack.writestr(tile.path, data, zipfile.ZIP_STORED)
        note = checkpoint.sign(Checkpoint(signer.name, tree.size, tree.root), signer)
        about = {"format": standalone.PACK, "key": signer.verifier.encode(), "tenant": _TENANT, "selection": None}
        pack.writestr("manifest.json", json.dumps(about))
        pack.writestr("checkpoint", note)
        pack.writestr("checkpoints", note + b"\n")
    return entries


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def raw(entries: list[bytes]) -> None:
    for body in entries:
        sha256(body).digest()


def tree(entries: list[bytes]) -> None:
    """Every byte that a tree over them hashes, and nothing else: leaves, and a node for each."""
    node = b"\x01" + bytes(64)
    for body in entries:
        sha256(body).digest()
        sha256(node).digest()


def log(path: Path) -> None:
    report = standalone.Report()
    with zipfile.ZipFile(path) as archive:
        files = standalone.Zip(archive)
        key = standalone.Key.parse(json.loads(archive.read("manifest.json"))["key"])
        head = standalone.read_head(archive.read("checkpoint").decode(), key)
        contents = Bare(report, _TENANT, standalone.Objects(report, lambda _: True))
        standalone.WholeLog(_Leaves(files), head, key, report, contents).run(None)
    if report.count:
        raise SystemExit(f"the log does not verify: {report.findings[0]}")


class _Leaves(standalone.Zip):
    """The pack without its versions."""

    def __init__(self, files: standalone.Zip) -> None:
        self._archive, self.names = files._archive, {n for n in files.names if not n.startswith("versions/")}


def whole(path: Path) -> None:
    report = standalone.verify_file(path)
    if report.count:
        raise SystemExit(f"the pack does not verify: {report.findings[0]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    count = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.auditpack"
        entries = write(path, count)
        bare, hashed = best(lambda: raw(entries)), best(lambda: tree(entries))
        figures = {"log": best(lambda: log(path)), "whole": best(lambda: whole(path))}
    size = sum(map(len, entries)) / count
    sys.stdout.write(f"{count:,} entries of {size:.0f} bytes; raw SHA-256: {count / bare:,.0f} entries/s\n")
    for name, seconds in figures.items():
        ratios = f"{bare / seconds:8.2f} x raw, {hashed / seconds:.2f} x raw with nodes"
        sys.stdout.write(f"{name:8}{count / seconds:12,.0f} leaves/s{ratios}\n")
    return 0 if hashed / figures["log"] >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
