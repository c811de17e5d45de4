"""Who opened what? Pure: the contracts of customers by group, counted by product."""

from datetime import date

import pandas as pd


def count_openings(contracts: pd.DataFrame, groups: pd.Series, since: date) -> pd.DataFrame:
    """`could` and `opened` by product and likeness: who held none on the day `since`, and who opened one after.

    `contracts`: product, opened_on, closed_on by party, none of them closed by `since`; `groups`: the group of each
    party on that day.
    """
    before = pd.Timestamp(since)
    placed = contracts.assign(likeness=groups.reindex(contracts.index)).dropna(subset="likeness")
    held = _people(placed[placed["opened_on"] <= before])
    later = _people(placed[placed["opened_on"] > before])
    opened = _counted(later[~later.index.isin(held.index)])
    could = groups.value_counts().rename_axis("likeness")
    products = pd.Index(sorted(set(placed["product"])), name="product")
    every = pd.MultiIndex.from_product([products, could.index], names=["product", "likeness"])
    holding = _counted(held).reindex(every, fill_value=0)
    room = could.reindex(every.get_level_values("likeness")).to_numpy() - holding.to_numpy()
    return pd.DataFrame({"could": room, "opened": opened.reindex(every, fill_value=0)}, index=every)


def _people(contracts: pd.DataFrame) -> pd.DataFrame:
    """One row a product and party, however many contracts."""
    keyed = contracts.rename_axis("party_id").reset_index()[["product", "party_id", "likeness"]]
    return keyed.drop_duplicates(["product", "party_id"]).set_index(["product", "party_id"])


def _counted(people: pd.DataFrame) -> pd.Series:
    by = [people.index.get_level_values("product").astype(str), people["likeness"].astype(str)]
    return people.groupby(by).size().rename_axis(["product", "likeness"])
