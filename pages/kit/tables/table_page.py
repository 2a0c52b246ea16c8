"""What a page of tables says, before it takes a form."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..links import Links
from .base import BaseTable


@dataclass
class TablePage:
    """The first table is the main one.

    `matching` of `total` is the denominator of the main table; `as_of` and `filters` say what was asked,
    `day_in_words` what it means that a day was. For those who find or share it: `canonical` is the path under which it
    is to be found, where that is another than it was asked under, and `about` what it is about in the words of
    schema.org. `links` keep what was asked.
    """

    title: str
    tables: dict[str, BaseTable]
    notes: list[str] = field(default_factory=list)
    total: int | None = None
    matching: int | None = None
    as_of: str | None = None
    day_in_words: str = ""
    filters: dict = field(default_factory=dict)
    context: dict = field(default_factory=dict)
    canonical: str = ""
    about: list[dict] = field(default_factory=list)
    links: Links = field(default_factory=lambda: Links({}))

    def __post_init__(self) -> None:
        for name, table in self.tables.items():
            table.name = name

    @property
    def main(self) -> BaseTable:
        return next(iter(self.tables.values()))
