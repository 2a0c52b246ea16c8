"""The whole book to take: as SQLite, CSV, Parquet and race documents, dated, with what every column means."""
