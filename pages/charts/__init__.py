"""The charts of the site, declared: from what `stats` counts to marks and words."""
