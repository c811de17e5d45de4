"""The verbs of offers."""

from backend.engagement.offers.service.answering import AnswerInput, answer, tie_sales
from backend.engagement.offers.service.learning import learn
from backend.engagement.offers.service.ranking import Next, next_best, next_of_book
from backend.engagement.offers.service.standing import forget, rank, to_rank

__all__ = [
    "AnswerInput",
    "Next",
    "answer",
    "forget",
    "learn",
    "next_best",
    "next_of_book",
    "rank",
    "tie_sales",
    "to_rank",
]
