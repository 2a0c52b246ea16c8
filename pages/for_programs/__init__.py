"""What programs read, and browsers behind a page: documents, feeds, cards, site maps, suggestions."""
