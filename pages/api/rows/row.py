"""What all rows are. A field has the name of the column that its page shows it in.

What is unknown is null. Text of numbers that may lose a digit, such as margins and miles, stays text.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, JsonValue


class Row(BaseModel):
    """`called` names, of a field, the columns that it may be."""

    called: ClassVar[dict[str, tuple[str, ...]]] = {}

    @classmethod
    def columns(cls) -> dict[str, tuple[str, ...]]:
        """By field, the names that its column may have."""
        return {name: cls.called.get(name, (name,)) for name in cls.model_fields}


class FoundRow(BaseModel):
    """Whatever a question asks for: of each column of its answer a figure, a reference or a value."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]
