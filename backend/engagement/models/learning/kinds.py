"""Which kind of model is trained how, and which record scores for it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from backend.engagement.models.learning import binary, purchases, steps
from backend.engagement.models.learning.binary import BinaryModel
from backend.engagement.models.learning.purchases import ActivityModel, ValueModel
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.steps import RfmModel
from backend.engagement.models.learning.trained import Scorer, Trained
from backend.engagement.models.models import ModelKind
from backend.engagement.models.ruleset import ModelRules

_TRAINERS: Final[Mapping[ModelKind, Callable[[Snapshot, Snapshot, ModelRules], Trained]]] = {
    ModelKind.CHURN: binary.train_churn,
    ModelKind.ACTIVITY: purchases.train_activity,
    ModelKind.VALUE: purchases.train_value,
    ModelKind.RFM: steps.train_rfm,
}
_RECORDS: Final[Mapping[ModelKind, type[BinaryModel | ActivityModel | ValueModel | RfmModel]]] = {
    ModelKind.CHURN: BinaryModel,
    ModelKind.PROPENSITY: BinaryModel,
    ModelKind.ACTIVITY: ActivityModel,
    ModelKind.VALUE: ValueModel,
    ModelKind.RFM: RfmModel,
}


def train(kind: ModelKind, before: Snapshot, now: Snapshot, rules: ModelRules, product: str | None = None) -> Trained:
    """Raises TooLittleToLearn, and ModelInputError where the data cannot be used."""
    if kind == ModelKind.PROPENSITY and product is not None:
        return binary.train_propensity(before, now, rules, product)
    return _TRAINERS[kind](before, now, rules)


def restored(kind: ModelKind, parameters: Mapping[str, Any]) -> Scorer:
    """The scorer of a stored version, to the last bit."""
    return _RECORDS[kind].from_dict(parameters)
