"""Static files, read once at start: named by their content, so they may be cached for ever, and gzipped beforehand."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_STATIC: Final = Path(__file__).parent / "static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_FOR_AN_HOUR: Final = "public, max-age=3600"
_WORTH_PACKING: Final = 1024


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    packed: bytes | None
    media_type: str
    digest: str


class Assets:
    def __init__(self, assets: dict[str, Asset]) -> None:
        self._assets = assets

    @classmethod
    @cache
    def load(cls, directory: Path = _STATIC) -> Self:
        return cls({path.name: _read(path) for path in sorted(directory.iterdir()) if path.is_file()})

    def url(self, name: str) -> str:
        """Raises KeyError for a file that is not there: a template names only what exists."""
        return f"/static/{self._assets[name].digest}/{name}"

    def routes(self) -> list[Route]:
        return [Route("/static/{digest}/{name}", self._serve), Route("/favicon.ico", self._favicon)]

    async def _serve(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        current = request.path_params["digest"] == asset.digest
        return self._response(request, asset, _FOR_EVER if current else _FOR_AN_HOUR)

    async def _favicon(self, request: Request) -> Response:
        return self._response(request, self._assets["favicon.svg"], _FOR_AN_HOUR)

    def _response(self, request: Request, asset: Asset, caching: str) -> Response:
        headers = {"cache-control": caching, "vary": "accept-encoding", "content-type": asset.media_type}
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, headers=headers | {"content-encoding": "gzip"})
        return Response(asset.content, headers=headers)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    packed = gzip.compress(content, 9, mtime=0) if len(content) > _WORTH_PACKING else None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Asset(content, packed, media_type, hashlib.sha256(content).hexdigest()[:16])
