"""The formats that files come in: each turns bytes into race documents, without a database."""
