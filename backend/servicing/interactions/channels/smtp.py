"""E-mail by SMTP (RFC 5321), in a thread: what the server answered is certain, a connection that broke off is not."""

import asyncio
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from backend.servicing.interactions.channels.mime import email_of
from backend.servicing.interactions.channels.parcel import Delivery, Outcome, Parcel

_SECONDS: Final = 20
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class SmtpAdapter:
    """`tls` is STARTTLS, without which nothing is sent when it is asked for."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    tls: bool = False
    seconds: float = _SECONDS
    name: str = "smtp"

    async def deliver(self, parcel: Parcel) -> Delivery:
        return await asyncio.to_thread(self._deliver, parcel)

    def _deliver(self, parcel: Parcel) -> Delivery:
        try:
            message = email_of(parcel, self.sender)
            _addressed(message)
        except ValueError:
            return self._report(Outcome.REJECTED, "address")
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException):
            return self._report(Outcome.NOT_SENT, "unreachable")
        try:
            return self._handed_over(server, message)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        server = smtplib.SMTP(self.host, self.port, timeout=self.seconds)
        try:
            if self.tls:
                server.starttls(context=ssl.create_default_context())
            if self.user is not None and self.password is not None:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, message: EmailMessage) -> Delivery:
        """An answer to MAIL, RCPT or DATA is certain; silence after the text was sent is not."""
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            return self._by_code(max(codes, default=0), Outcome.REJECTED)
        except smtplib.SMTPResponseException as refused:
            return self._by_code(refused.smtp_code, Outcome.FAILED)
        except smtplib.SMTPNotSupportedError:
            return self._report(Outcome.FAILED, "smtp_utf8")
        except (OSError, smtplib.SMTPException):
            return self._report(Outcome.UNKNOWN, "connection_lost")
        return self._report(Outcome.SENT, "accepted")

    def _by_code(self, code: int, permanent: Outcome) -> Delivery:
        return self._report(permanent if code >= _PERMANENT else Outcome.NOT_SENT, f"smtp_{code}")

    def _report(self, outcome: Outcome, code: str) -> Delivery:
        return Delivery(outcome, self.name, code)


def _addressed(message: EmailMessage) -> None:
    """Raises ValueError for what is no address."""
    if message["To"].defects or not message["To"].addresses:
        raise ValueError
