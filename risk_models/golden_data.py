"""The published data sets, read into the tables that the models take. Files and origins: the data's ORIGIN.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from risk_models.purchase_history import from_transactions

CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_END = date(1998, 6, 30)
PAYMENT_STATUS = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")


@dataclass(frozen=True)
class Sample:
    """`frame` holds features only, `outcome` the 0/1 labels of the same rows."""

    frame: pd.DataFrame
    outcome: pd.Series


def cdnow_histories(directory: Path) -> pd.DataFrame:
    """From the purchases themselves: the circulating summary rounds times to two decimals, which moves the third
    decimal of the Pareto/NBD's beta and the second of the Gamma-Gamma's gamma away from the published ones.
    """
    return from_transactions(cdnow_transactions(directory), CALIBRATION_END)


def cdnow_transactions(directory: Path) -> pd.DataFrame:
    names = ["master", "customer", "date", "units", "amount"]
    frame = pd.read_csv(directory / "CDNOW_sample.txt", sep=r"\s+", names=names, dtype={"date": str})
    return frame.assign(date=pd.to_datetime(frame["date"], format="%Y%m%d"))[["customer", "date", "amount"]]


def german_credit(directory: Path) -> Sample:
    frame = pd.read_csv(directory / "germancredit.csv")
    return Sample(frame.drop(columns="creditability"), (frame["creditability"] == "bad").astype(int).rename("bad"))


def taiwan_credit(directory: Path) -> Sample:
    """With the ratios a credit officer computes: use of the limit, share paid, months late, worst status."""
    raw = pd.read_csv(directory / "taiwan_credit.csv", index_col="ID")
    status = raw[list(PAYMENT_STATUS)]
    bills, paid = raw.filter(like="BILL_AMT"), raw.filter(like="PAY_AMT")
    limit = raw["LIMIT_BAL"]
    derived = pd.DataFrame(
        {
            "worst_status": status.max(axis=1),
            "months_late": (status > 0).sum(axis=1),
            "sum_late": status.clip(lower=0).sum(axis=1),
            "months_unused": (status == status.to_numpy().min()).sum(axis=1),
            "months_unpaid": (paid == 0).sum(axis=1),
            "least_paid": paid.min(axis=1),
            "use_now": bills["BILL_AMT1"] / limit,
            "use_mean": bills.mean(axis=1) / limit,
            "use_peak": bills.max(axis=1) / limit,
            "use_trend": (bills["BILL_AMT1"] - bills["BILL_AMT6"]) / limit,
            "paid_of_limit": paid.sum(axis=1) / limit,
            "paid_of_bills": (paid.sum(axis=1) / bills.sum(axis=1).clip(lower=1)).clip(upper=5),
        }
    )
    return Sample(raw.drop(columns="Default").join(derived), raw["Default"])


def telco(directory: Path) -> Sample:
    """TotalCharges is blank for customers of the first month: a missing number, not a category."""
    frame = pd.read_csv(directory / "telco_churn.csv", index_col="customerID")
    charges = pd.to_numeric(frame["TotalCharges"], errors="coerce")
    outcome = (frame["Churn"] == "Yes").astype(int).rename("churned")
    return Sample(frame.drop(columns="Churn").assign(TotalCharges=charges), outcome)


def eu_lapse(directory: Path) -> Sample:
    """One renewal per policy; `period` counts from 1. Customers answer to changes and offers, hence the ratios."""
    frame = pd.read_csv(directory / "eudirectlapse.csv")
    premium = frame["prem_final"]
    features = frame.drop(columns=["lapse", "policy_age"]).assign(
        period=frame["policy_age"] + 1,
        log_premium_change=np.log(premium / frame["prem_last"]),
        log_premium_to_market=np.log(premium / frame["prem_market"]),
        log_premium_to_pure=np.log(premium / frame["prem_pure"]),
    )
    return Sample(features, frame["lapse"])


def us_lapse(directory: Path) -> pd.DataFrame:
    """`duration` in quarters; `surrender` 1 where it ended the policy."""
    return pd.read_csv(directory / "uslapseagent.csv")
