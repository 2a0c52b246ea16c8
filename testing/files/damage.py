"""Damage done to good files: values, keys and cells changed for the worse, as hypothesis draws them."""

from __future__ import annotations

import copy

from hypothesis import strategies as st

RAW = {
    "<deep>": "[" * 3000 + "]" * 3000,
    "<huge>": "9" * 5000,
    "<exponent>": "1e999999999",
    "<tiny>": "-1e-999999999",
    "<nan>": "NaN",
    "<infinity>": "-Infinity",
}
"""What no Python value prints as; written into the text in place of its mark."""


ODD = [
    *(None, True, False, 0, -1, 1, 2.5, 10**12, "", " ", "0", "-1", "x", "5", "08", "1e5", "NaN", "٣", "1_0"),
    *("\ud800", "\x00", "a\u2028b", "é" * 50, "x" * 5000, "2023-13-45", "0001-01-01", "9999-12-31T00:00:00"),
    *([], {}, [[]], [None], [{}], {"a": None}, {"": 1}, {"x y\ud800": []}, ["5"], [1, 2, 3]),
    *RAW,
]


def nodes(value, path=()):
    """The path of every part of a JSON value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from nodes(child, (*path, key))


def holder(value, path):
    for key in path[:-1]:
        value = value[key]
    return value


def damage(value, draw):
    """One change for the worse somewhere in a JSON value."""
    paths = list(nodes(value))
    path = paths[draw(st.integers(0, len(paths) - 1))]
    odd = copy.deepcopy(ODD[draw(st.integers(0, len(ODD) - 1))])
    if not path:
        return odd
    inside, key = holder(value, path), path[-1]
    kind = draw(st.sampled_from((*["replace"] * 6, "drop", "drop", "twice", "wrap", "move", "move")))
    if kind == "replace":
        inside[key] = odd
    elif kind == "drop":
        del inside[key]
    elif kind == "twice" and isinstance(inside, list):
        inside.append(copy.deepcopy(inside[key]))
    elif kind == "twice":
        inside[f"<twice>{key}"] = odd
    elif kind == "wrap":
        inside[key] = draw(st.sampled_from((list, dict)))([("a", inside[key])])
    else:
        other = paths[draw(st.integers(0, len(paths) - 1))]
        inside[key] = copy.deepcopy(holder(value, other)[other[-1]]) if other else "x"
    return value


ODD_CELLS = [
    *("", " ", "x", "-", "0", "0.0", "-1.0", "1.5", "1e9", "nan", "inf", "99999999", "9" * 5000, "１２", "1.0", "2.0"),
    *(
        "a\x00b",
        "a\x07",
        "é" * 200,
        '"',
        '"a"b',
        "a,b",
        "a\nb",
        "\u2028",
        "NA",
        "disqualified",
        "road",
        "EchoPark Speedway",
    ),
]
