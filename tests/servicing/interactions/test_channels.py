"""Adapters: what really leaves, how it is signed, and what is told when it did not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import httpx
import orjson
import pytest
from pydantic import SecretStr

from backend.core.clock import FixedClock
from backend.core.settings import Settings
from backend.servicing.interactions.channels.bounces import bounce_of
from backend.servicing.interactions.channels.choice import UNCONNECTED, adapter_for, adapters
from backend.servicing.interactions.channels.files import FileAdapter
from backend.servicing.interactions.channels.mime import email_of, interaction_of
from backend.servicing.interactions.channels.parcel import Attachment, Outcome, Parcel
from backend.servicing.interactions.channels.signing import HEADER, genuine, signature
from backend.servicing.interactions.channels.smtp import SmtpAdapter
from backend.servicing.interactions.channels.webhook import WebhookAdapter
from backend.servicing.interactions.receipts import Receipt

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = b"a secret that both know"
SENDER = "no-reply@bank.example"
PARCEL = Parcel(
    id=uuid4(),
    tenant_id=uuid4(),
    claim_id=uuid4(),
    channel="email",
    to="jana@example.cz",
    subject="Dobrý den\r\nBcc: all@example.cz",
    body="尊敬的客户",
    locale="zh_CN",
    institution="Test Bank",
    made_at=NOW,
)


def test_an_email_carries_no_header_from_the_subject() -> None:
    message = email_of(PARCEL, SENDER)
    assert message["Bcc"] is None
    assert (message["To"], str(message["From"])) == ("jana@example.cz", f"Test Bank <{SENDER}>")
    assert interaction_of(message["Message-ID"]) == PARCEL.id


def test_an_email_takes_files_along() -> None:
    message = email_of(replace(PARCEL, files=(Attachment("week.pdf", "application/pdf", b"%PDF"),)), SENDER)
    assert [part.get_filename() for part in message.iter_attachments()] == ["week.pdf"]


async def test_a_message_is_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    adapter = FileAdapter(tmp_path, SENDER)
    assert (await adapter.deliver(PARCEL)).outcome is Outcome.SENT
    path = adapter.path_of(PARCEL)
    assert path.stat().st_mode & 0o077 == 0
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert read.get_content().strip() == "尊敬的客户"
    assert list(path.parent.glob("*.part")) == []


async def test_a_second_attempt_writes_no_second_file(tmp_path: Path) -> None:
    adapter = FileAdapter(tmp_path, SENDER)
    await adapter.deliver(PARCEL)
    before = adapter.path_of(PARCEL).read_bytes()
    again = await adapter.deliver(replace(PARCEL, body="other words"))
    assert (again.outcome, again.code) == (Outcome.SENT, "there_already")
    assert adapter.path_of(PARCEL).read_bytes() == before


async def test_a_letter_names_its_address_in_the_text(tmp_path: Path) -> None:
    adapter, letter = FileAdapter(tmp_path, SENDER), replace(PARCEL, channel="mail", to="Dlouhá 1\n110 00 Praha")
    await adapter.deliver(letter)
    read = message_from_bytes(adapter.path_of(letter).read_bytes(), policy=policy.default)
    assert read.get_content().startswith("Dlouhá 1")


async def test_a_folder_that_cannot_be_written_sent_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert (await FileAdapter(tmp_path / "file", SENDER).deliver(PARCEL)).outcome is Outcome.NOT_SENT


@dataclass
class MailServer:
    """As much of RFC 5321 as a client asks for; `answers` replace the usual ones, `silent` hangs up after the text."""

    answers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    received: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {
            "EHLO": "250 test",
            "MAIL": "250 ok",
            "RCPT": "250 ok",
            "DATA": "354 go on",
            "RSET": "250 ok",
            "QUIT": "221 bye",
        }
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            verb = line.decode().split()[0].upper()
            writer.write((self.answers.get(verb) or usual[verb]).encode() + b"\r\n")
            if verb == "QUIT":
                break
            if verb == "DATA" and "DATA" not in self.answers:
                self.received.append(await reader.readuntil(b"\r\n.\r\n"))
                if self.silent:
                    break
                writer.write(self.answers.get(".", "250 taken").encode() + b"\r\n")
        writer.close()


@asynccontextmanager
async def mail_server(server: MailServer) -> AsyncIterator[SmtpAdapter]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield SmtpAdapter("127.0.0.1", port, SENDER, seconds=5)


async def test_a_message_leaves_by_smtp() -> None:
    server = MailServer()
    async with mail_server(server) as adapter:
        assert (await adapter.deliver(PARCEL)).outcome is Outcome.SENT
    assert b"To: jana@example.cz" in server.received[0]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"RCPT": "550 no such user"}, Outcome.REJECTED),
        ({"RCPT": "450 later"}, Outcome.NOT_SENT),
        ({"MAIL": "530 not you"}, Outcome.FAILED),
        ({".": "452 full"}, Outcome.NOT_SENT),
        ({".": "554 spam"}, Outcome.FAILED),
    ],
)
async def test_what_the_mail_server_answers_is_certain(answers: dict[str, str], outcome: Outcome) -> None:
    async with mail_server(MailServer(answers)) as adapter:
        assert (await adapter.deliver(PARCEL)).outcome is outcome


async def test_a_connection_that_breaks_after_the_text_leaves_it_unknown() -> None:
    server = MailServer(silent=True)
    async with mail_server(server) as adapter:
        assert (await adapter.deliver(PARCEL)).outcome is Outcome.UNKNOWN
    assert len(server.received) == 1


async def test_a_mail_server_that_is_not_there_got_nothing() -> None:
    async with mail_server(MailServer()) as adapter:
        pass
    assert (await adapter.deliver(PARCEL)).outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("to", ["jana@@example.cz", "", "jana@example.cz\r\nBcc: all@example.cz"])
async def test_what_is_no_address_is_rejected(to: str) -> None:
    found = await SmtpAdapter("127.0.0.1", 9, SENDER).deliver(replace(PARCEL, to=to))
    assert (found.outcome, found.code) == (Outcome.REJECTED, "address")


async def test_a_webhook_is_signed_and_names_the_message() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(202)

    adapter = WebhookAdapter("https://sms.example/in", SECRET, FixedClock(NOW), httpx.MockTransport(answer))
    assert (await adapter.deliver(PARCEL)).outcome is Outcome.SENT
    (request,) = asked
    assert genuine(SECRET, request.content, request.headers[HEADER], NOW)
    assert request.headers["idempotency-key"] == str(PARCEL.id)
    assert orjson.loads(request.content)["to"] == "jana@example.cz"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.SENT),
        (503, Outcome.NOT_SENT),
        (429, Outcome.NOT_SENT),
        (422, Outcome.FAILED),
        (500, Outcome.UNKNOWN),
    ],
)
async def test_what_a_webhook_answers_is_taken_at_its_word(status: int, outcome: Outcome) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    adapter = WebhookAdapter("https://sms.example/in", SECRET, FixedClock(NOW), transport)
    assert (await adapter.deliver(PARCEL)).outcome is outcome


@pytest.mark.parametrize(
    ("error", "outcome"), [(httpx.ConnectError("no"), Outcome.NOT_SENT), (httpx.ReadTimeout("no"), Outcome.UNKNOWN)]
)
async def test_a_webhook_that_never_answered_may_have_taken_it(error: Exception, outcome: Outcome) -> None:
    def fails(_: httpx.Request) -> httpx.Response:
        raise error

    adapter = WebhookAdapter("https://sms.example/in", SECRET, FixedClock(NOW), httpx.MockTransport(fails))
    assert (await adapter.deliver(PARCEL)).outcome is outcome


def forged() -> Iterator[tuple[bytes, str, datetime]]:
    good = signature(SECRET, b"body", NOW)
    yield b"other", good, NOW
    yield b"body", signature(b"another secret", b"body", NOW), NOW
    yield b"body", good, NOW + timedelta(minutes=6)
    yield b"body", good, NOW - timedelta(minutes=6)
    yield b"body", good.replace("t=1", "t=2"), NOW
    for header in ("", "t=,v1=", "t=x,v1=y", "t=99999999999999999999,v1=00", "v1=" + good[-64:], "t=1,v1=é"):
        yield b"body", header, NOW


def test_a_signature_is_good_for_its_bytes_its_secret_and_five_minutes() -> None:
    good = signature(SECRET, b"body", NOW)
    assert genuine(SECRET, b"body", good, NOW + timedelta(minutes=5))
    assert not any(genuine(SECRET, body, header, at) for body, header, at in forged())


def test_channels_go_where_the_settings_say() -> None:
    settings = Settings(
        smtp_host="mail.example",
        contact_webhooks={"sms": "https://sms.example"},
        contact_secrets={"sms": SecretStr("s")},
    )
    kinds = {channel: type(each).__name__ for channel, each in adapters(settings, FixedClock(NOW)).items()}
    assert kinds == {
        "email": "SmtpAdapter",
        "sms": "WebhookAdapter",
        "mail": "FileAdapter",
        "app": "FileAdapter",
        "wechat": "FileAdapter",
    }


async def test_in_production_a_channel_that_nobody_set_up_sends_nothing() -> None:
    settings = Settings(environment="production", contact_files=frozenset({"mail"}))
    clock = FixedClock(NOW)
    assert adapter_for(settings, clock, "sms") is UNCONNECTED
    assert (await UNCONNECTED.deliver(PARCEL)).outcome is Outcome.FAILED
    assert isinstance(adapter_for(settings, clock, "mail"), FileAdapter)


def report(
    action: str = "failed", status: str = "5.1.1", original: str | None = None, kind: str = "rfc822-headers"
) -> bytes:
    """A report as mail servers write them (RFC 3464)."""
    message_id = original or f"<{PARCEL.id}@bank.example>"
    outer = "text/rfc822-headers" if kind == "rfc822-headers" else "message/rfc822"
    lines = f"""From: MAILER-DAEMON@mx.example
To: {SENDER}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; jana@example.cz
Action: {action}
Status: {status}

--b
Content-Type: {outer}

Message-ID: {message_id}
Subject: News

--b--
"""
    return lines.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("kind", ["rfc822-headers", "rfc822"])
@pytest.mark.parametrize(
    ("action", "status", "receipt"),
    [
        ("failed", "5.1.1", Receipt.BOUNCED),
        ("failed", "4.2.2", Receipt.SOFT_BOUNCED),
        ("delivered", "2.0.0", Receipt.DELIVERED),
    ],
)
def test_a_delivery_report_leads_back_to_its_message(kind: str, action: str, status: str, receipt: Receipt) -> None:
    found = bounce_of(report(action, status, kind=kind))
    assert found is not None
    assert (found.interaction_id, found.receipt) == (PARCEL.id, receipt)


@pytest.mark.parametrize(
    "content",
    [report("delayed", "4.0.0"), report(original="<somebody@else.example>"), b"From: a\r\n\r\nHello", b"", b"\xff\x00"],
)
def test_what_is_no_report_of_ours_tells_nothing(content: bytes) -> None:
    assert bounce_of(content) is None
