"""A chart is one well-formed file with its title and description, and draws nothing beyond its edge."""

import itertools
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.chart import NARROW, WIDE, Axis, Bands, Chart, Columns, Dots, Line, Panel, RuledLines, Spans
from charts.drawing import draw
from charts.palette import MAKES, STYLE, STYLE_HASH, TONES, of_make
from charts.svg import boxes, dots, lines, number

SVG = "{http://www.w3.org/2000/svg}"


ROUNDS, PLACES = Axis(1, 36), Axis(0, 10)


def chart(*marks, y=PLACES, **options) -> Chart:
    return Chart("A title", "What it shows.", [Panel(ROUNDS, y, marks)], **options)


def drawn(made: Chart, size=WIDE) -> ElementTree.Element:
    return ElementTree.fromstring(draw(made, size))


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_file_is_whole(size):
    """It names itself to those who do not see it, and brings the one stylesheet; nothing in it runs or is fetched."""
    made = chart(Line([(1, 2), (36, 9)], label="Petty"))
    root = drawn(made, size)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "t d")
    assert [each.text for each in root[:3]] == ["A title", "What it shows.", STYLE]
    assert root.get("viewBox") == f"0 0 {size.width} {made.height(size)}"
    assert not re.search(r"<script|\son\w+=|href|\sstyle=|url\(", draw(made, size))


HOSTILE = '<script>alert(1)</script> & "O\'Neil" \x00\x0b\ud800 ]]>'


def test_texts_stay_texts():
    """Whatever is written in a book is a text of the file, and what XML cannot hold is replaced."""
    made = Chart(
        HOSTILE,
        HOSTILE,
        [
            Panel(
                Axis(0, 1, title=HOSTILE),
                Axis(0, 1, names=[(0, HOSTILE)]),
                [
                    Line([(0, 0), (1, 1)], label=HOSTILE),
                    Spans([(0, 0, 1)], labels=[HOSTILE]),
                    Dots([(0, 0)], labels=[HOSTILE]),
                    RuledLines([0.5], [HOSTILE]),
                ],
            )
        ],
        key=[("red", HOSTILE)],
    )
    root = drawn(made)
    assert root[0].text == '<script>alert(1)</script> & "O\'Neil" ��� ]]>'
    assert {each.tag for each in root.iter()} == {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "style", "rect", "path", "text")
    }


@pytest.mark.parametrize(
    ("points", "data"),
    [
        ([(1, 2), (3, 4)], "M1 2l2 2"),
        ([(0, 0), (10, 0), (20, 0), (30, 5)], "M0 0h20l10 5"),
        ([(0, 0), (10, 5), (20, 0)], "M0 0l10 5 10-5"),
        ([(0, 0), None, (10, 5), None], "M0 0h0M10 5h0"),
        ([None, (1, 1), (2, 1)], "M1 1h1"),
        ([(0, 0), (0, 5)], "M0 0v5"),
        ([], ""),
        ([None], ""),
    ],
)
def test_lines(points, data):
    """A line is broken where a value is not known, and what stands alone is a dot."""
    assert lines(points) == data


def read(data: str) -> list[list[tuple[float, float]]]:
    """The points of a line's data, part by part."""
    parts, at, letter = [], (0.0, 0.0), ""
    numbers = re.findall(r"[MlhvHV]|-?(?:\d+\.\d+|\.\d+|\d+)", data)
    while numbers:
        if numbers[0].isalpha():
            letter = numbers.pop(0)
        first = float(numbers.pop(0))
        if letter == "M":
            at = (first, float(numbers.pop(0)))
            parts.append([])
        elif letter == "l":
            at = (at[0] + first, at[1] + float(numbers.pop(0)))
        else:
            at = (at[0] + first, at[1]) if letter == "h" else (at[0], at[1] + first)
        parts[-1].append(at)
    return parts


@given(st.lists(st.one_of(st.none(), st.floats(0, 400)), max_size=40))
def test_a_line_ends_where_its_points_do(heights):
    """However short it is written."""
    points = [None if y is None else (10.0 * x, y) for x, y in enumerate(heights)]
    found = read(lines(points))
    parts = [[]]
    for point in points:
        if point:
            parts[-1].append(point)
        elif parts[-1]:
            parts.append([])
    expected = [part for part in parts if part]
    assert len(found) == len(expected)
    for got, want in zip(found, expected):
        assert (got[0][0], got[-1][0]) == pytest.approx((want[0][0], want[-1][0]))
        assert (got[0][1], got[-1][1]) == pytest.approx((want[0][1], want[-1][1]), abs=0.51)


def test_boxes_and_dots():
    assert boxes([(1, 2, 3.25, 4)]) == "M1 2h3.2v4h-3.2z"
    assert dots([(1, 2), (0.5, -0.04)]) == "M1 2h0M.5 0h0"
    assert [number(value) for value in (12.0, 0.52, -0.52, 10.25, -0.01)] == ["12", ".5", "-.5", "10.2", "0"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_leaves_the_picture(size):
    """Names too long for it are shortened, and values beyond an axis lie at its end."""
    long = "Somebody With A Very Long Name Indeed, Who Drove For Many Years"
    made = chart(
        Line([(-5, -5), (99, 99)], label=long),
        Spans([(3, 0, 99)], labels=["12,345+"]),
        Columns([(1, 5), (36, 99)]),
        Bands([(0, 99)]),
        RuledLines([1, 36], ["Start", "The end of it"]),
        y=Axis(0, 10, names=[(3, long)]),
    )
    for element in drawn(made, size).iter(f"{SVG}path"):
        for x, y in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", element.get("d", "")):
            assert 0 <= float(x) <= size.width
            assert 0 <= float(y) <= made.height(size)
    assert [each for each in texts(drawn(made, size)) if each.startswith("Somebody") and each.endswith("…")]


def test_as_many_names_of_lines_as_there_is_room_for():
    """Those of the first lines; none lies over another."""
    made = chart(*(Line([(1, 5), (36, 5)], label=f"Driver {number}") for number in range(50)))
    found = [each for each in drawn(made).iter(f"{SVG}text") if (each.text or "").startswith("Driver")]
    heights = [float(each.get("y")) for each in found]
    assert 15 < len(found) < 30
    assert {each.text for each in found} == {f"Driver {number}" for number in range(len(found))}
    assert all(after - before >= 15.9 for before, after in itertools.pairwise(heights))


def test_the_policy_names_the_stylesheet():
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", STYLE_HASH)
    assert all(f".{tone}{{color:{dark}}}" in STYLE.partition("@media")[2] for tone, (_, dark) in TONES.items())
    assert set(re.findall(r"#[0-9a-f]+", STYLE)) == {colour for colours in TONES.values() for colour in colours}


def test_makes_have_their_colours():
    assert [of_make(name) for name in ("Chevrolet", "Hudson", None)] == ["chevrolet", "other", "other"]
    assert set(MAKES) < set(TONES)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("tone", "least"), [("ink", 7), ("quiet", 4.5), *((make, 3) for make in (*MAKES, "other", "red"))]
)
def test_colours_can_be_told_from_the_paper(tone, least, scheme):
    """Texts as WCAG asks of texts, lines as it asks of pictures."""
    one, other = (_luminance(TONES[name][scheme]) for name in (tone, "paper"))
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= least
