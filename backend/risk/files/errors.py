"""What can be wrong with files that are to be rated."""

from backend.core.errors import Conflict, Invalid, NotFound


class PortfolioFilesMissing(Invalid):
    code = "risk.portfolio_files_missing"
    text = "There are no Parquet files at {source}. Name a file, or a folder that holds some."


class PortfolioFileUnreadable(Invalid):
    code = "risk.portfolio_file_unreadable"
    text = "{file} cannot be read as Parquet: {problem}. Write it again, or take it out of the folder."


class PortfolioFactsMissing(Invalid):
    code = "risk.portfolio_facts_missing"
    text = "{file} lacks columns that {scheme} asks for: {missing}. Add them; a value that is not known stays empty."


class PortfolioFactsUnusable(Invalid):
    code = "risk.portfolio_facts_unusable"
    text = "{file} has facts that cannot be rated: {problem}"


class SchemeNotInForce(NotFound):
    code = "risk.scheme_not_in_force"
    text = "There is no rating rule-set “{scheme}” in force on {on}. There are: {known}."


class OtherRatingsInFolder(Conflict):
    code = "risk.other_ratings_in_folder"
    text = (
        "{folder} holds ratings of other files, another rule-set or another day ({scheme}, {on}). "
        "Choose another folder, or empty this one."
    )


class EngineMissing(Invalid):
    code = "risk.engine_missing"
    text = "The engine {engine} is not installed. Install Tenure with its extra: tenure[{extra}]."
