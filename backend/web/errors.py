"""What the web door itself refuses."""

from backend.core.errors import Invalid, NotFound


class UploadTooLarge(Invalid):
    code = "upload.too_large"
    text = "A file may have {limit} MB. Scan it with a lower resolution or split it."


class LengthUnknown(Invalid):
    code = "request.length_unknown"
    text = "The request must say how long it is."


class FileMissing(Invalid):
    code = "upload.missing"
    text = "Choose a file."


class PageUnknown(NotFound):
    code = "page.unknown"
    text = "There is no such page."


class ShareUnreadable(Invalid):
    code = "ownership.share_unreadable"
    text = "Write the share as a number, for example 25.5."


class ValueUnreadable(Invalid):
    """What the schema cannot take for the type it asks: a state that does not exist, a year of five digits."""

    code = "page.value_unreadable"
    text = "This value cannot be read. Choose it or write it again."
