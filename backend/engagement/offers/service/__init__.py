"""The verbs of offers."""

from backend.engagement.offers.service.answering import AnswerInput, answer, tie_sales
from backend.engagement.offers.service.ranking import Next, next_best, next_of_book

__all__ = ["AnswerInput", "Next", "answer", "next_best", "next_of_book", "tie_sales"]
