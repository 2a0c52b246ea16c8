"""Pictures: cards of pages, and photos that editors upload."""
