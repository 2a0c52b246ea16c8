"""Django's SQLite, which Django finds by the name of this package."""
