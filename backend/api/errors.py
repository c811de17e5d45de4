"""What the GraphQL door itself refuses."""

from backend.core.errors import Invalid, NotFound, TenureError


class RequestMalformed(Invalid):
    code = "graphql.request_malformed"
    text = "The request is not a GraphQL request: {problem}."


class MediaTypeUnsupported(Invalid):
    code = "graphql.media_type"
    text = "Send the request as application/json in UTF-8."


class NotAcceptable(Invalid):
    code = "graphql.not_acceptable"
    text = "The answer is application/graphql-response+json or application/json; the request accepts neither."


class RequestTooLarge(Invalid):
    code = "graphql.request_too_large"
    text = "A request may have {limit} bytes."


class DocumentInvalid(Invalid):
    """The document does not parse or does not fit the schema; `problem` is graphql-core's own sentence."""

    code = "graphql.document_invalid"
    text = "{problem}"


class UnknownDocument(NotFound):
    code = "graphql.unknown_document"
    text = "There is no trusted document “{document}” for you."


class LimitExceeded(Invalid):
    """`limit` is the name of the limit in `Limits`."""

    code = "graphql.limit_exceeded"
    text = "The query exceeds the limit of {limit}: {found} where {allowed} are allowed."


class TooSlow(TenureError):
    code = "graphql.too_slow"
    text = "The operation took longer than {seconds} seconds and was ended."


class CursorInvalid(Invalid):
    code = "graphql.cursor_invalid"
    text = "This cursor was not issued for this list. Start again from the first page."


class PageSizeInvalid(Invalid):
    code = "graphql.page_size"
    text = "A page has 1 to {limit} entries."


class WrittenUnseen(NotFound):
    """Not raised: what is answered when the change was made and its author may not see the record."""

    code = "graphql.written_unseen"
    text = "It was recorded; you may not see the record."
