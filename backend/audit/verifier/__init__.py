"""The verifier that goes with every pack and proof. It imports nothing of Tenure, so an outsider can read and run it
alone; Tenure's own witness runs the same code."""

from importlib.resources import files


def source() -> bytes:
    """The one file, as it is handed out."""
    return files(__package__).joinpath("standalone.py").read_bytes()
