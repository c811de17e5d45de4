"""Ratings of more customers than a database should be asked for: from Parquet to Parquet, by any engine, alike."""
