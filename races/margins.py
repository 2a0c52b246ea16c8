"""What the kind of a race's margin tells of how close its finish was: the values of `Race.MarginKind`. Pure."""

NOT_CLOSE = frozenset({"caution", "laps"})
"""A finish under caution, and one by whole laps, is known not to be close, whatever its margin in seconds."""
SETTLED = NOT_CLOSE | {"time"}
"""Of these it is known whether the finish was close; car lengths and feet do not tell seconds."""
