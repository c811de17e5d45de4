"""A local server that answers as Vault's transit engine does: versioned derived AES-GCM keys, its status codes and
error bodies. Its ciphertexts are real: AES-256-GCM under a key derived (HKDF) from the version's key and the context.
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN = "token-of-the-test"


class Refused(Exception):
    def __init__(self, status: int, *errors: str) -> None:
        self.status = status
        self.errors = errors


class Transit:
    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Any]] = {}
        self.down = 0
        """How many of the next requests are answered with 503."""
        self.denied: set[str] = set()
        self.requests: list[str] = []

    def handle(self, method: str, path: str, token: str | None, body: dict[str, Any]) -> dict[str, Any] | None:  # noqa: PLR0911  routes
        self.requests.append(path)
        if self.down:
            self.down -= 1
            raise Refused(503, "Vault is sealed")
        parts = path.removeprefix("/v1/transit/").split("/")
        if token != TOKEN or parts[0] in self.denied or "/".join(parts[::2]) in self.denied:
            raise Refused(403, "permission denied")
        match (method, parts):
            case ("POST" | "PUT", ["keys", name]):
                self.keys.setdefault(name, {"versions": {1: os.urandom(32)}, "least": 1, "derived": body["derived"]})
                return None
            case ("GET", ["keys", name]):
                return {"data": {"latest_version": max(self._key(name)["versions"]), "name": name}}
            case ("POST" | "PUT", ["keys", name, "rotate"]):
                versions = self._key(name)["versions"]
                versions[max(versions) + 1] = os.urandom(32)
                return None
            case ("POST" | "PUT", ["keys", name, "config"]):
                self._key(name)["least"] = body["min_decryption_version"]
                return None
            case ("POST" | "PUT", ["encrypt", name]):
                return {"data": {"ciphertext": self._encrypt(name, body, base64.b64decode(body["plaintext"]))}}
            case ("POST" | "PUT", ["decrypt", name]):
                return {"data": {"plaintext": base64.b64encode(self._decrypt(name, body)).decode()}}
            case ("POST" | "PUT", ["rewrap", name]):
                return {"data": {"ciphertext": self._encrypt(name, body, self._decrypt(name, body))}}
        raise Refused(404)

    def _key(self, name: str) -> dict[str, Any]:
        if name not in self.keys:
            raise Refused(404)
        return self.keys[name]

    def _encrypt(self, name: str, body: dict[str, Any], plain: bytes) -> str:
        key = self.keys.get(name)
        if key is None:
            raise Refused(400, "encryption key not found")
        version = max(key["versions"])
        nonce = os.urandom(12)
        sealed = nonce + self._aead(key, version, body).encrypt(nonce, plain, None)
        return f"vault:v{version}:{base64.b64encode(sealed).decode()}"

    def _decrypt(self, name: str, body: dict[str, Any]) -> bytes:
        key = self.keys.get(name)
        if key is None:
            raise Refused(400, "encryption key not found")
        prefix, number, sealed = body["ciphertext"].split(":")
        version = int(number[1:])
        if prefix != "vault" or version not in key["versions"]:
            raise Refused(400, "invalid ciphertext: no prefix")
        if version < key["least"]:
            raise Refused(400, "ciphertext or signature version is disallowed by policy (too old)")
        raw = base64.b64decode(sealed)
        try:
            return self._aead(key, version, body).decrypt(raw[:12], raw[12:], None)
        except InvalidTag:
            raise Refused(400, "cipher: message authentication failed") from None

    def _aead(self, key: dict[str, Any], version: int, body: dict[str, Any]) -> AESGCM:
        context = base64.b64decode(body.get("context") or "")
        if key["derived"] and not context:
            raise Refused(400, "missing 'context' for key derivation; the key was created using a derived key")
        derived = HKDF(hashes.SHA256(), 32, None, context).derive(key["versions"][version])
        return AESGCM(derived)


@contextmanager
def serving() -> Iterator[tuple[Transit, str]]:
    transit = Transit()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else {}
            try:
                found = transit.handle(self.command, self.path, self.headers.get("X-Vault-Token"), body)
                status = 204 if found is None else 200
            except Refused as refused:
                found, status = {"errors": list(refused.errors)}, refused.status
            content = b"" if found is None else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815  the names that the server calls

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield transit, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
