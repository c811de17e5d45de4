"""A parcel as an e-mail (RFC 5322); its Message-ID leads a bounce back to the interaction."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from backend.servicing.interactions.channels.parcel import Parcel


def message_id(parcel_id: UUID, domain: str) -> str:
    return f"<{parcel_id}@{domain}>"


def interaction_of(message_id_text: str) -> UUID | None:
    """The interaction that a Message-ID names; None for one that is not ours."""
    try:
        return UUID(message_id_text.strip().strip("<>").partition("@")[0])
    except ValueError:
        return None


def email_of(parcel: Parcel, sender: str) -> EmailMessage:
    """`sender` is an address; the institution's name stands before it."""
    user, _, domain = sender.rpartition("@")
    message = EmailMessage()
    message["From"] = Address(parcel.institution, user, domain)
    message["To"] = parcel.to
    message["Subject"] = " ".join(parcel.subject.split())
    message["Date"] = format_datetime(parcel.made_at)
    message["Message-ID"] = message_id(parcel.id, domain)
    message["Content-Language"] = parcel.locale.replace("_", "-")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(parcel.body + "\n")
    if parcel.html is not None:
        message.add_alternative(parcel.html, subtype="html")
    for file in parcel.files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message
