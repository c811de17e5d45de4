"""What models refuse, and why."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class ModelUnknown(Invalid):
    code = "model.unknown"
    text = "There is no model {given}; known are {known}."


class ModelNotFound(NotFound):
    code = "model.not_found"
    text = "There is no such model."


class VersionNotFound(NotFound):
    code = "model.version_not_found"
    text = "There is no such version of a model."


class FindingNotFound(NotFound):
    code = "model.finding_not_found"
    text = "There is no such finding on a model."


class VersionForbids(Conflict):
    code = "model.state_forbids"
    text = "A version that is {state} cannot take this step."


class ValidatorNotApart(Refused):
    code = "model.validator_not_apart"
    text = "Whoever built or trained a model does not validate it."


class SamePerson(Refused):
    code = "model.same_person"
    text = "Whoever proposed a champion does not confirm it."


class FindingsOpen(Conflict):
    code = "model.findings_open"
    text = "{count} findings of high severity are open; they are answered before the model is validated."


class WordsMissing(Invalid):
    code = "model.words_missing"
    text = "Write it in words, at most {most} characters."


class TooLittleToLearn(Invalid):
    code = "model.too_little"
    text = (
        "There is too little to learn from: {rows} customers and {outcomes} outcomes; at least {least_rows} and "
        "{least_outcomes} are needed."
    )


class TooLittleTried(Invalid):
    code = "model.too_little_tried"
    text = (
        "The playbook has been tried on too few: {treated} treated with {treated_outcomes} of the rarer outcome, "
        "{control} left alone with {control_outcomes}; at least {least_arm} with {least_outcomes} are needed in each."
    )


class NothingToTrain(NotFound):
    code = "model.nothing_to_train"
    text = "No customer moved money up to {day}."


class NoChampion(NotFound):
    code = "model.no_champion"
    text = "The model {model} has no champion and no challenger to score with."


class TrainingUnderWay(Conflict):
    code = "model.training_under_way"
    text = "The model is being trained already; wait until that has ended."


class ModelRetired(Conflict):
    code = "model.retired"
    text = "The model is retired."
