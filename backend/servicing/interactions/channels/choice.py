"""Which adapter each channel has: SMTP where a server is named, a webhook where one is, files for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.core.clock import Clock
from backend.core.settings import Settings
from backend.servicing.interactions.channels.files import FileAdapter
from backend.servicing.interactions.channels.parcel import Adapter, Delivery, Outcome, Parcel
from backend.servicing.interactions.channels.smtp import SmtpAdapter
from backend.servicing.interactions.channels.webhook import WebhookAdapter
from backend.servicing.interactions.models import Channel

_SENT: Final = (Channel.EMAIL, Channel.SMS, Channel.MAIL, Channel.APP, Channel.WECHAT)


@dataclass(frozen=True, slots=True)
class Unconnected:
    """A channel that nobody has set up: the message fails, and is seen among those that did."""

    name: str = "none"

    async def deliver(self, parcel: Parcel) -> Delivery:
        return Delivery(Outcome.FAILED, self.name, "not_connected")


UNCONNECTED: Final = Unconnected()


def adapters(settings: Settings, clock: Clock) -> Mapping[str, Adapter]:
    """By channel. In production only channels that are named in `contact_files` are written to files."""
    return {channel: adapter_for(settings, clock, channel) for channel in _SENT}


def adapter_for(settings: Settings, clock: Clock, channel: str) -> Adapter:
    url, secret = settings.contact_webhooks.get(channel), settings.contact_secrets.get(channel)
    if url is not None and secret is not None:
        return WebhookAdapter(url, secret.get_secret_value().encode(), clock)
    if channel == Channel.EMAIL and settings.smtp_host is not None:
        password = None if settings.smtp_password is None else settings.smtp_password.get_secret_value()
        return SmtpAdapter(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_sender,
            settings.smtp_user,
            password,
            tls=settings.smtp_tls,
        )
    if settings.environment == "development" or channel in settings.contact_files:
        return FileAdapter(folder(settings), settings.smtp_sender)
    return UNCONNECTED


def folder(settings: Settings) -> Path:
    return settings.contact_folder or settings.data_dir / "messages"
