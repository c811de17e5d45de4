"""A time-stamping authority of our own (RFC 3161, CMS of RFC 5652), as small as one can be that others verify."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SHA256 = "2.16.840.1.101.3.4.2.1"
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.47"
_POLICY = "1.3.6.1.4.1.99999.1"
_IMPRINT = re.compile(
    rb"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20(.{32})", re.DOTALL
)


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    length = (
        bytes([size])
        if size < 128
        else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8)
    )
    return bytes([tag]) + length + body


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for arc in rest:
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.insert(0, arc & 0x7F | 0x80)
        body += bytes(digits)
    return tlv(0x06, body)


def algorithm(dotted: str, *, null: bool = False) -> bytes:
    return sequence(oid(dotted), tlv(0x05) if null else b"")


class Authority:
    """Answers at a time of its own, with a certificate below a root of its own."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = self._certificate("Root", self._root_key, "Root", self._root_key, authority=True)
        self.certificate = self._certificate("Authority", self._key, "Root", self._root_key, authority=False)

    def _certificate(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: str,
        issuer_key: ec.EllipticCurvePrivateKey,
        *,
        authority: bool,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=1))
            .not_valid_after(self.now + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if not authority:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(usage, critical=True)
        return builder.sign(issuer_key, hashes.SHA256())

    def answer(self, request: bytes) -> bytes:
        """A granted TimeStampResp for a TimeStampReq over SHA-256, with the request's nonce."""
        match = _IMPRINT.search(request)
        assert match is not None
        nonce = re.search(rb"\x02([\x01-\x10])", request[match.end() :])
        assert nonce is not None
        start = match.end() + nonce.start()
        info = sequence(
            integer(1),
            oid(_POLICY),
            sequence(algorithm(_SHA256, null=True), tlv(0x04, match[1])),
            integer(7),
            tlv(0x18, self.now.strftime("%Y%m%d%H%M%SZ").encode()),
            request[start : start + 2 + nonce[1][0]],
        )
        return sequence(sequence(integer(0)), self._signed(info))

    def _signed(self, info: bytes) -> bytes:
        der = self.certificate.public_bytes(Encoding.DER)
        attributes = sorted(
            [
                _attribute(_CONTENT_TYPE, oid(_TST_INFO)),
                _attribute(_MESSAGE_DIGEST, tlv(0x04, sha256(info).digest())),
                _attribute(_SIGNING_CERTIFICATE_2, sequence(sequence(sequence(tlv(0x04, sha256(der).digest()))))),
            ]
        )
        signature = self._key.sign(tlv(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        signer = sequence(
            integer(1),
            sequence(self.certificate.issuer.public_bytes(), integer(self.certificate.serial_number)),
            algorithm(_SHA256),
            tlv(0xA0, *attributes),
            algorithm(_ECDSA_SHA256),
            tlv(0x04, signature),
        )
        data = sequence(
            integer(3),
            tlv(0x31, algorithm(_SHA256)),
            sequence(oid(_TST_INFO), tlv(0xA0, tlv(0x04, info))),
            tlv(0xA0, der),
            tlv(0x31, signer),
        )
        return sequence(oid(_SIGNED_DATA), tlv(0xA0, data))


def _attribute(dotted: str, value: bytes) -> bytes:
    return sequence(oid(dotted), tlv(0x31, value))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def soon() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def serving(authority: Authority) -> Iterator[str]:
    """The address of a server whose `/stamp` is the authority; every other path answers with a page."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            found = self.path == "/stamp"
            answer = authority.answer(asked) if found else b"<html>"
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply" if found else "text/html")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing on the console."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
