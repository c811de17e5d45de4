"""What the assistant and its articles refuse, and why."""

from backend.core.errors import Conflict, Invalid, NotFound


class ArticleNotFound(NotFound):
    code = "knowledge.not_found"
    text = "There is no such article, or you may not see it."


class ConversationNotFound(NotFound):
    code = "assistant.not_found"
    text = "There is no such conversation, or you may not see it."


class ArticleCodeTaken(Conflict):
    code = "knowledge.code_taken"
    text = "There is an article “{given}” already."


class ArticleCodeInvalid(Invalid):
    code = "knowledge.code"
    text = "An article is called by 2 to 60 small letters, digits and hyphens."


class ArticleIncomplete(Invalid):
    code = "knowledge.incomplete"
    text = "An article has a title and a text in both languages."


class TopicUnknown(Invalid):
    code = "knowledge.topic"
    text = "“{given}” is none of the topics: {known}."


class ReviewDayPassed(Invalid):
    code = "knowledge.review_day"
    text = "An article is looked at again on a day after today, within {days} days."


class VersionStateForbids(Conflict):
    code = "knowledge.state"
    text = "A version that is {state} does not allow this."


class ArticleRetired(Conflict):
    code = "knowledge.retired"
    text = "This article was taken out of use."


class QuestionMissing(Invalid):
    code = "assistant.question"
    text = "Ask something, in at most {most} characters."


class ConversationOver(Conflict):
    code = "assistant.over"
    text = "This conversation is with a colleague; begin another one to ask more."


class ReplyMissing(Invalid):
    code = "assistant.reply"
    text = "Write what you answer."


class NothingToReply(Conflict):
    code = "assistant.nothing_to_reply"
    text = "This conversation does not wait for a colleague."
