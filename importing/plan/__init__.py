"""The difference between a document and the book, as a plan that can be shown before it is applied."""
