"""Which kind of model is trained how, and which record scores for it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from backend.engagement.models.learning import binary, purchases, steps
from backend.engagement.models.learning.binary import BinaryModel
from backend.engagement.models.learning.early import EarlyRhythm, EarlyTurnover
from backend.engagement.models.learning.folds import CrossFitted
from backend.engagement.models.learning.purchases import ActivityModel, ValueModel
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.steps import EarlySteps, RfmModel
from backend.engagement.models.learning.trained import Scorer, Trained, Unseen
from backend.engagement.models.learning.treating import CrossFittedUplift, TreatmentModel, Trial, train_uplift
from backend.engagement.models.models import ModelKind
from backend.engagement.models.ruleset import ModelRules

_TRAINERS: Final[Mapping[ModelKind, Callable[[Snapshot, Snapshot, ModelRules], Trained]]] = {
    ModelKind.CHURN: binary.train_churn,
    ModelKind.ACTIVITY: purchases.train_activity,
    ModelKind.VALUE: purchases.train_value,
    ModelKind.RFM: steps.train_rfm,
}
_RECORDS: Final[Mapping[ModelKind, type[BinaryModel | ActivityModel | ValueModel | RfmModel | TreatmentModel]]] = {
    ModelKind.CHURN: BinaryModel,
    ModelKind.PROPENSITY: BinaryModel,
    ModelKind.ACTIVITY: ActivityModel,
    ModelKind.VALUE: ValueModel,
    ModelKind.RFM: RfmModel,
    ModelKind.UPLIFT: TreatmentModel,
}

_UNSEEN: Final[Mapping[ModelKind, type[CrossFitted | EarlyRhythm | EarlyTurnover | EarlySteps | CrossFittedUplift]]] = {
    ModelKind.CHURN: CrossFitted,
    ModelKind.PROPENSITY: CrossFitted,
    ModelKind.ACTIVITY: EarlyRhythm,
    ModelKind.VALUE: EarlyTurnover,
    ModelKind.RFM: EarlySteps,
    ModelKind.UPLIFT: CrossFittedUplift,
}


def train(
    kind: ModelKind,
    before: Snapshot,
    now: Snapshot,
    rules: ModelRules,
    product: str | None = None,
    trial: Trial | None = None,
) -> Trained:
    """`trial` for uplift. Raises TooLittleToLearn, TooLittleTried, and ModelInputError where data cannot be used."""
    if trial is not None:
        return train_uplift(trial, now, rules)
    if kind == ModelKind.PROPENSITY and product is not None:
        return binary.train_propensity(before, now, rules, product)
    return _TRAINERS[kind](before, now, rules)


def restored(kind: ModelKind, parameters: Mapping[str, Any]) -> Scorer:
    """The scorer of a stored version, to the last bit."""
    return _RECORDS[kind].from_dict(parameters)


def unseen(kind: ModelKind, parameters: Mapping[str, Any]) -> Unseen:
    """What a stored version was judged by."""
    return _UNSEEN[kind].from_dict(parameters)
