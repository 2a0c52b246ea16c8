"""`import_results` and `export_results` as an editor meets them: what they say, where, and how they end."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from drivers.models import Driver
from importing import run
from importing.advice import ADVICE, NOTES
from races.derived.refresh import deferred, differences
from races.models import ImportRun, Race
from testing.books import everything
from testing.files.samples import as_bytes, csv_bytes, csv_race, document, sound, weekend
from testing.makers import LARSON, make_driver, make_layout, make_race, make_season, make_series


@dataclass
class Said:
    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def call(command: str, *arguments) -> Said:
    """Run a command in this process, and end as `manage.py` would."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(command, *arguments, stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
        err.write(f"CommandError: {error}\n")
    return Said(out.getvalue(), err.getvalue(), code)


@pytest.fixture
def folder(small_book, tmp_path, monkeypatch):
    """A small book, and a folder to work in, so that files go by their bare names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder):
    def write(name: str, *content) -> str:
        made = content[0] if isinstance(content[0], bytes) else b"\n".join(map(as_bytes, content))
        (folder / name).write_bytes(made)
        return name

    return write


def minimal(**fields) -> dict:
    race = {"series": "cup", "season": 2025, "round": 12, "name": "AdventHealth 400", "track": "kansas"}
    return race | fields


def entered(*drivers, **fields) -> dict:
    return minimal(entries=[{"car": str(n), "driver": driver} for n, driver in enumerate(drivers, 5)], **fields)


# What is wrong.

KNOWN_FORMATS = (
    "known are weekend-feed (NASCAR's weekend-feed.json), race-list (NASCAR's race_list_basic.json), "
    "race-document (race documents (JSON)), season-totals (season totals (CSV)), "
    "stage-winners (stage winners (CSV)), season-table (season table of racing-data-repository (CSV)), "
    "nascar-data (nascaR.data (CSV))"
)
FILES = {
    "text.txt": b"Hello",
    "cut.json": b'{"series": "cup", "season": 2025, "track": "kansas", ',
    "races.json": as_bytes(minimal()),
    "weekend.json": as_bytes(weekend()),
    "table.csv": csv_bytes(*csv_race()),
    "three.jsonl": b"\n".join(
        (
            as_bytes(minimal(laps="many", sessions=[{"kind": "race", "results": [{"car": "5", "position": 0}]}])),
            as_bytes(minimal(round=13)),
            as_bytes(minimal(round=14, entries=[{"car": "5", "driver": LARSON}] * 2)),
        )
    ),
}
WRONG = {
    "a file that is not there": ("nowhere.json", ["CommandError: nowhere.json: there is no such file."]),
    "a folder": (".", ["CommandError: .: this is a directory; name a file in it."]),
    "an address of another kind": (
        "ftp://example.org/x.json",
        ["CommandError: ftp://example.org/x.json: only files and http(s) addresses can be read, not ftp:."],
    ),
    "a text": (
        "text.txt",
        [
            "error unknown-format: text.txt, the beginning: the file is of no known format: it is text, and no table; "
            f"{KNOWN_FORMATS} (“Hello”)",
            "CommandError: text.txt: 1 error; nothing of it was written.",
        ],
    ),
    "a text, said to be a document": (
        "text.txt --format race-document",
        [
            "error unknown-format: text.txt, the beginning: the file is text, and no table, and cannot be "
            "race-document (race documents (JSON)) (“Hello”)",
            "CommandError: text.txt: 1 error; nothing of it was written.",
        ],
    ),
    "JSON that breaks off": (
        "cut.json",
        [
            "error json: cut.json, line 1, column 54: the JSON ends here in the middle; was the file cut short?",
            "CommandError: cut.json: 1 error; nothing of it was written.",
        ],
    ),
    "a document of another series": (
        "races.json --series trucks",
        [
            "error wrong-series: races.json, $.series: asked for trucks, the race is of cup (“cup”)",
            "CommandError: races.json: 1 error; nothing of it was written.",
        ],
    ),
    "a weekend of another series": (
        "weekend.json --series trucks",
        [
            "error wrong-series: weekend.json, $.weekend_race[0].series_id: asked for trucks, the race is of cup (“1”)",
            "CommandError: weekend.json: 1 error; nothing of it was written.",
        ],
    ),
    "a series that there is not": (
        "table.csv --series cupp",
        [
            "error unknown-series: table.csv, --series: no series of the book has that slug; it has cup, trucks "
            "(“cupp”)",
            "CommandError: table.csv: 1 error; nothing of it was written.",
        ],
    ),
    "a table of a track that is not known": (
        "table.csv",
        [
            "error unknown-name: table.csv, line 2, track: no track of the book is called that; --create-tracks "
            "makes a new one (“Sample Speedway”)",
            "CommandError: table.csv: 1 error; nothing of it was written.",
        ],
    ),
    "drivers of a weekend": (
        "weekend.json",
        [
            "error unknown-name: weekend.json, $.weekend_race[0].entries[0].driver: no driver of the book is called "
            "that; --create-drivers makes a new one (“Ada Swift”)",
            "error unknown-name: weekend.json, $.weekend_race[0].entries[1].driver: no driver of the book is called "
            "that; did you mean Ben Stome Jr.? --create-drivers makes a new one (“Ben Stone Jr.”)",
            "CommandError: weekend.json: 2 errors; nothing of it was written.",
        ],
    ),
    "three mistakes in two of three races, strictly": (
        "three.jsonl --strict",
        [
            "error invalid: three.jsonl, line 1, $.laps: must be a whole number (“many”)",
            "error invalid: three.jsonl, line 1, $.sessions[0].results[0].position: must be 1 or more (“0”)",
            "error doubled-car: three.jsonl, line 3, $.entries[1].car: car 5 is entry 0 already; a second car of that "
            "number has another twin (“5”)",
            "CommandError: three.jsonl: 3 errors; nothing of it was written.",
        ],
    ),
}


@pytest.fixture
def files(write):
    make_series("trucks")
    make_layout("Richmond", length="0.75")
    make_race(2023, 7, "Richmond", date="2023-04-02", name="Sample 400")
    for name in ("Ben Stome Jr.", "Cora Díaz", "Dan O'Neil", "Eve Marsh", "Finn Lake"):
        make_driver(name)
    for name, content in FILES.items():
        write(name, content)


@pytest.mark.parametrize(("arguments", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_on_the_error_stream(files, arguments, told):
    before = everything()
    for mode in ([], ["--dry-run"], ["-v0"]):
        said = call("import_results", *arguments.split(), *mode)
        assert said.err.splitlines() == told
        assert (said.out, said.code) == ("", 1)
        assert everything() == before


USAGE = {
    "no file": ((), "the following arguments are required: FILE-OR-URL"),
    "an unknown format": (("races.json", "--format", "xml"), "argument --format: invalid choice: 'xml'"),
}


@pytest.mark.parametrize(("arguments", "reason"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_asked_for(files, arguments, reason):
    said = call("import_results", *arguments)
    assert reason in said.err
    assert said.code == 1


def test_a_database_that_cannot_be_written_is_told(folder, write, monkeypatch):
    """Such as one that nobody has set up, or a disk that is full."""

    def fails(*args, **options):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(run, "apply", fails)
    said = call("import_results", write("races.json", minimal()))
    assert (
        said.err
        == "CommandError: The database failed: database or disk is full. Nothing was written. Make room on the disk.\n"
    )


# Several files.


def test_several_files_come_in_one_by_one(folder, write):
    names = [write(f"{number}.json", minimal(round=number)) for number in (1, 2)]
    said = call("import_results", *names)
    assert (said.err, said.code) == ("", 0)
    assert [line for line in said.lines if line.endswith(".json")] == names
    assert sorted(Race.objects.values_list("round", flat=True)) == [1, 2]
    assert list(ImportRun.objects.order_by("pk").values_list("file_name", flat=True)) == names


@pytest.mark.parametrize("bad", ["nowhere.json", "bad.json"])
def test_a_bad_file_stops_those_after_it(folder, write, bad):
    write("bad.json", minimal(round=2, laps="many"))
    said = call("import_results", write("1.json", minimal(round=1)), bad, write("3.json", minimal(round=3)))
    assert said.code == 1
    assert f"CommandError: {bad}: " in said.err
    assert [line for line in said.lines if line.endswith(".json")] == ["1.json"]
    assert list(Race.objects.values_list("round", flat=True)) == [1]


# What is said of a plan.

PLAN = """\
races.json{dry}
1 race new, 1 changed, 0 unchanged; 4 rows created, 1 updated.
New seasons (1): 2026 Cup Series
New races: cup 2026 round 1, [b]A new race[/b]
Changes (2)
race | what | in the book | in the file
2025 Kansas, The 400 | race.caution_laps | unknown | 0
2025 Kansas, The 400 | race.note | unknown | As printed
Disagreements (2): the book's value stays without --overwrite-official
race | what | in the book | in the file
2025 Kansas, The 400 | race.name | The 400 | AdventHealth 400
2025 Kansas, The 400 | race.laps | 267 | 266
1 warning
warning laps-led-sum (1): the laps led do not make the laps of the race; compare another source
    cup 2026 round 1, [b]A new race[/b]: laps led add up to 9, the race had 10 laps
"""


def without_frames(text: str) -> str:
    """Tables as their cells with bars between, without the lines around them."""
    rows = []
    for line in text.splitlines():
        if line[:1] in "│┃":
            rows.append(" | ".join(cell.strip() for cell in line.strip("│┃").replace("┃", "│").split("│")))
        elif line[:1] not in "┏┡└":
            rows.append(line)
    return "\n".join(rows) + "\n"


@pytest.fixture
def planned(folder, write):
    """A file that brings a new race and changes one of the book, which is official."""
    make_race(2025, 12, name="The 400", laps=267)
    led = [{"kind": "race", "results": [{"car": "5", "position": 1, "laps": 10, "laps_led": 9}]}]
    return write(
        "races.json",
        {
            "races": [
                minimal(laps=266, caution_laps=0, note="As printed"),
                entered(LARSON, season=2026, round=1, name="[b]A new race[/b]", laps=10, field_size=1, sessions=led),
            ]
        },
    )


def test_a_dry_run_says_what_would_change(planned):
    before = everything()
    said = call("import_results", planned, "--dry-run")
    assert without_frames(said.out) == PLAN.format(dry=" (dry run: nothing is written)")
    assert (said.err, said.code) == ("", 0)
    assert everything() == before


def test_an_import_says_the_same_and_does_it(planned):
    said = call("import_results", planned)
    assert without_frames(said.out) == PLAN.format(dry="")
    race = Race.objects.get(season__year=2025)
    assert (race.name, race.laps, race.caution_laps, race.note) == ("The 400", 267, 0, "As printed")
    assert Race.objects.filter(season__year=2026).exists()
    assert differences() == 0


def test_an_official_race_is_overwritten_where_that_is_asked_for(planned):
    said = call("import_results", planned, "--overwrite-official")
    assert "Changes (4)" in said.lines
    assert "Disagreements" not in said.out
    race = Race.objects.get(season__year=2025)
    assert (race.name, race.laps) == ("AdventHealth 400", 266)


def test_a_second_time_there_is_nothing_to_say(planned):
    call("import_results", planned, "--overwrite-official")
    said = call("import_results", planned)
    assert said.lines[:2] == ["races.json", "0 races new, 0 changed, 2 unchanged; 0 rows created, 0 updated."]
    assert "warning" in said.lines[2]


@pytest.mark.parametrize("mode", [[], ["--dry-run"]])
def test_verbosity_0_says_nothing(planned, mode):
    said = call("import_results", planned, "-v0", *mode)
    assert (said.out, said.err, said.code) == ("", "", 0)
    assert Race.objects.filter(season__year=2026).exists() == (not mode)


def test_a_kind_of_warnings_is_accepted(folder, write):
    name = write("race.json", as_bytes(sound(cautions=2, lead_changes=5)))
    assert "2 warnings" in call("import_results", name, "--dry-run", "--accept", "all").out
    for arguments in ((name, "--accept", "lead-changes"), (name,)):
        said = call("import_results", *arguments)
        assert "1 warning accepted, and not told." in said.lines
        assert "1 warning" in said.lines
        assert not any("lead-changes" in line for line in said.lines)
    assert "invalid choice: 'lead'" in call("import_results", name, "--accept", "lead").err


def test_what_is_only_noted_is_a_line(folder, write):
    rows = csv_race(3, Season="2025", Track="Kansas Speedway")
    rows[1]["Pts"] = rows[2]["Pts"] = "0"
    arguments = (write("table.csv", csv_bytes(*rows)), "--create-drivers", "--create-tracks", "--dry-run")
    note = f"noted ineligible-inferred (2): {NOTES['ineligible-inferred']}"
    assert [line for line in call("import_results", *arguments).lines if "ineligible" in line] == [note]
    assert [line for line in call("import_results", *arguments, "-v2").lines if "ineligible" in line] == [
        note,
        "    ineligible-inferred: cup 2025 round 1, line 3, Pts: no points for place 2: taken as ineligible for points",
        "    ineligible-inferred: cup 2025 round 1, line 4, Pts: no points for place 3: taken as ineligible for points",
    ]


def test_the_rarest_warnings_are_shown_first(folder, write):
    """Those of a kind that there are many of would else hide them."""
    make_season(2025)
    many = [{"car": str(n), "position": n, "time": "2"} for n in range(1, 5)]
    entries = [{"car": str(n), "driver": f"Driver {n}"} for n in range(1, 5)]
    sessions = [{"kind": "qualifying", "results": many}, {"kind": "race", "results": [{"car": "1", "position": 2}]}]
    said = call(
        "import_results", write("a.json", minimal(entries=entries, sessions=sessions, field_size=1)), "--create-drivers"
    )
    first = "cup 2025 round 12, AdventHealth 400"
    assert [line for line in said.lines[-5:] if "race new" not in line] == [
        "5 warnings (--verbosity 2 shows each)",
        f"warning positions (1): {ADVICE['positions']}",
        f"    {first}, race: position 1 is missing",
        f"warning lap-speed (4): {ADVICE['lap-speed']}",
        f"    1 race of 2025; such as {first}, qualifying, No. 1: "
        "2700.000 mph is not the speed of a racing lap (5 to 400 mph).",
    ]


# Options.


def test_a_format_that_cannot_be_told_is_named(folder, write):
    name = write("spaces.json", b" " * 300_000 + as_bytes(minimal()))
    assert "no known format" in call("import_results", name).err
    assert call("import_results", name, "--format", "race-document").code == 0
    assert ImportRun.objects.get().format == "race-document"


def test_a_series_is_named_for_a_table(folder, write):
    make_series("trucks")
    name = write("table.csv", csv_bytes(*csv_race(Track="Kansas Speedway", Length="1.5", Surface="paved")))
    assert call("import_results", name, "--series", "trucks", "--create-drivers").code == 0
    assert Race.objects.get().season.series.slug == "trucks"


@pytest.mark.parametrize(
    ("option", "made"), [([], False), (["--create-drivers"], True), (["--no-create-drivers"], False)], ids=repr
)
def test_drivers_are_made_where_that_is_asked_for(folder, write, option, made):
    said = call("import_results", write("races.json", entered("Ada Swift")), *option)
    assert ("New drivers (1): Ada Swift" in said.lines) == made
    asked = "no driver of the book is called that; --create-drivers makes a new one (“Ada Swift”)"
    assert (asked in said.err) != made
    assert Driver.objects.filter(name="Ada Swift").exists() == made


def test_colours_and_progress_are_for_a_terminal(planned):
    plain = call("import_results", planned, "--dry-run").out
    coloured = call("import_results", planned, "--dry-run", "--force-color").out
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured
    assert "Importing" in coloured
    assert "Importing" not in call("import_results", planned, "--dry-run", "--force-color", "-v0").out


def test_a_terminal_without_the_letters_of_a_name(folder, write):
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    name = write("race.json", entered("Žofie Nová"))
    call_command("import_results", name, "--create-drivers", stdout=screen)
    assert b"New drivers (1): \\u017dofie Nov\\xe1\n" in screen.buffer.getvalue()


# Going out.


@pytest.fixture
@deferred()
def races(empty_book):
    make_race(2024, 2)
    make_race(2024, 1)
    make_race(2024, "all-star-race")
    make_race(2023, 1, series="trucks")
    make_race(2024, 1, series="trucks")


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        ("", ["cup 2024 1", "cup 2024 2", "cup 2024 all-star-race", "trucks 2023 1", "trucks 2024 1"]),
        ("--series trucks", ["trucks 2023 1", "trucks 2024 1"]),
        ("--season 2024", ["cup 2024 1", "cup 2024 2", "cup 2024 all-star-race", "trucks 2024 1"]),
        ("--season 2024 --race 1", ["cup 2024 1", "trucks 2024 1"]),
        ("--race all-star-race", ["cup 2024 all-star-race"]),
        ("--series cup --season 2024 --race 2", ["cup 2024 2"]),
    ],
)
def test_an_export_takes_what_is_asked_for(races, arguments, keys):
    said = call("export_results", *arguments.split())
    documents = [json.loads(line) for line in said.lines]
    assert [f"{each['series']} {each['season']} {each.get('round') or each['slug']}" for each in documents] == keys
    assert (said.err, said.code) == ("", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--series", "national"],
        ["--series", ""],
        ["--season", "2025"],
        ["--season", "0"],
        ["--season", "9" * 30],
        ["--race", "3"],
        ["--race", "9" * 30],
        ["--race", ""],
        ["--series", "trucks", "--season", "2023", "--race", "2"],
    ],
    ids=" ".join,
)
def test_an_export_of_nothing_is_an_error(races, arguments):
    said = call("export_results", *arguments)
    assert (said.out, said.err, said.code) == ("", "CommandError: The book holds no such race.\n", 1)


def test_a_season_that_is_none(races):
    assert "argument --season: invalid int value: 'all'" in call("export_results", "--season", "all").err


def test_a_season_goes_out_and_comes_in_again(db, tmp_path):
    path = tmp_path / "season.jsonl"
    path.write_text(call("export_results", "--series", "cup", "--season", "2025").out)
    said = call("import_results", str(path))
    count = Race.objects.filter(season__year=2025, season__series__slug="cup").count()
    assert said.lines[:2] == [str(path), f"0 races new, 0 changed, {count} unchanged; 0 rows created, 0 updated."]


# In a process of its own, over a book on disk.


MANAGE = [sys.executable, settings.BASE_DIR / "manage.py"]


def in_its_own_process(book, *command) -> subprocess.CompletedProcess:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{book}"}
    return subprocess.run(command, env=environment, cwd=book.parent, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("good.json", 0), ("bad.json", 1), ("good.json --format xml", 2)],
)
def test_how_a_command_ends(made_file, arguments, code):
    (made_file.parent / "good.json").write_bytes(as_bytes(document(round=40)))
    (made_file.parent / "bad.json").write_bytes(as_bytes(document(round=40, laps="many")))
    done = in_its_own_process(made_file, *MANAGE, "import_results", *arguments.split())
    assert done.returncode == code
    assert bool(done.stdout) == (code == 0)
    assert bool(done.stderr) == (code != 0)
    assert "Traceback" not in done.stderr
    assert Race.objects.filter(season__year=2025, round=40).exists() == (code == 0)


LIKE_HEAD = """
import subprocess, sys
export = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
export.stdout.readline()
export.stdout.close()
sys.exit(export.stderr.read().decode())
"""


def test_a_reader_that_has_seen_enough(book_file):
    done = in_its_own_process(book_file, sys.executable, "-c", LIKE_HEAD, *MANAGE, "export_results")
    assert (done.stderr.strip(), done.returncode) == ("", 1)
