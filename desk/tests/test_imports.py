"""Importing in the admin: what would come in is shown, and what was shown comes in, once, of whoever confirmed it."""

import gzip
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from changes.models import LONGEST_REASON, ChangeSet
from desk import imports
from desk.models import MOST_KEPT, Upload
from desk.plan import plan_of
from importing.run import Busy, Options, import_data
from races.derived.refresh import differences
from races.models import AcceptedWarning, ImportRun, Race
from testing.books import everything
from testing.files.samples import as_bytes, document, recorded, sound
from testing.makers import make_race
from testing.roles import as_role

CHOOSE = reverse("admin:desk_import")


@pytest.fixture
def editor(client) -> Client:
    return as_role(client, "editor")


def choose(client, data: bytes, name="races.json", **options):
    """Upload a file."""
    return client.post(CHOOSE, {"file": SimpleUploadedFile(name, data), **options})


def told(response) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def confirm(client, address: str, **ticked):
    """Confirm the plan as it is shown now."""
    plan = re.search(r'name="plan" value="(\w+)"', client.get(address).content.decode())[1]
    return client.post(address, {"confirm": "", "plan": plan, **ticked})


# From a file to the book.


def test_official_races_are_changed_for_a_reason(small_book, editor):
    """It stands in the history; a new race needs none, nor does one that is not official."""
    address = choose(editor, as_bytes(sound())).url
    assert 'name="why"' not in editor.get(address).content.decode()
    confirm(editor, address)
    assert ChangeSet.objects.latest("pk").reason == ""
    before = everything()

    address = choose(editor, as_bytes({**sound(), "cautions": 9}), overwrite_official="on").url
    assert "official races are among what it changes" in told(confirm(editor, address))
    assert told(editor.get(address)).count("Official races are among what it changes. Why?") == 1
    assert everything() == before
    confirm(editor, address, why="The box score of May 12.")
    assert Race.objects.get().cautions == 9
    assert ChangeSet.objects.latest("pk").reason == "The box score of May 12."

    Race.objects.update(status="provisional")
    address = choose(editor, as_bytes({**sound(), "cautions": 8, "status": "provisional"})).url
    assert 'name="why"' not in editor.get(address).content.decode()


def test_the_command_line_names_its_source_as_the_reason(small_book, tmp_path):
    for name, cautions in (("first.json", 1), ("again.json", 9)):
        (tmp_path / name).write_bytes(as_bytes({**sound(), "cautions": cautions}))
        call_command("import_results", str(tmp_path / name), "--overwrite-official", verbosity=0)
    reasons = list(ChangeSet.objects.order_by("pk").values_list("reason", flat=True))[-2:]
    assert reasons == ["", f"As {tmp_path / 'again.json'} has it."[:LONGEST_REASON]]


def test_a_file_is_shown_and_comes_in_of_whoever_confirms_it(small_book, editor):
    before = everything()
    address = choose(editor, as_bytes(sound()), name="kansas.json").url
    page = told(editor.get(address))
    assert everything() == before
    assert "1 race new, 0 changed, 0 unchanged" in page
    assert "cup 2025 round 12, AdventHealth 400" in page

    answer = confirm(editor, address)
    run = ImportRun.objects.get()
    assert answer.url == reverse("admin:races_importrun_change", args=[run.pk])
    assert (run.file_name, run.user.username, run.created_count) == ("kansas.json", "editor", 14)
    assert Race.objects.get().label == "2025 Kansas"
    assert differences() == 0
    assert "Imported kansas.json: 14 rows created, 0 updated." in told(editor.get(answer.url))
    listed = editor.get(reverse("admin:races_importrun_changelist"))
    assert f'href="{CHOOSE}"' in listed.content.decode()
    for page in (listed, editor.get(answer.url), editor.get(CHOOSE)):
        assert "editor" in told(page).split("kansas.json")[-1]


def test_it_comes_in_once(small_book, editor):
    """A second click, a reload, and the same file once more."""
    address = choose(editor, as_bytes(sound())).url
    plan = plan_of(import_data(as_bytes(sound()), "races.json", Options(dry_run=True))).hash
    said = {"confirm": "Import this", "plan": plan}
    first, second = editor.post(address, said), editor.post(address, said)
    assert first.url == second.url == editor.get(address).url
    before = everything()
    again = choose(editor, as_bytes(sound())).url
    page = editor.get(again)
    assert "The book has all of this already" in told(page)
    assert "This very file was imported before" in told(page)
    assert b'name="confirm"' not in page.content
    assert everything() == before


@pytest.mark.parametrize(
    ("name", "packed"),
    [("nascar_weekend_feed_2023_1_5274.json", False), ("feeds/2020_4973/weekend-feed.json", True)],
    ids=["plain", "gzip"],
)
def test_a_feed_of_the_world(db, editor, name, packed):
    """The page tells what the command tells, and what it confirms is what it told."""
    path = recorded(name)
    data = gzip.compress(path.read_bytes()) if packed else path.read_bytes()
    before, said = everything(), io.StringIO()
    call_command("import_results", str(path), "--dry-run", "--overwrite-official", stdout=said)
    address = choose(editor, data, name=path.name, overwrite_official="on").url
    page = told(editor.get(address))
    assert everything() == before
    sentence = next(line for line in said.getvalue().splitlines() if " unchanged" in line)
    assert sentence in page
    assert (re.findall(r"Changes \(\d+\)", page), re.findall(r"New \w+ \(\d+\)", page)) == (
        re.findall(r"Changes \(\d+\)", said.getvalue()),
        re.findall(r"New \w+ \(\d+\)", said.getvalue()),
    )
    confirm(editor, address, why="As the feed has it.")
    run = ImportRun.objects.first()
    assert f"{run.created_count} rows created, {run.updated_count} updated." in sentence.replace("1 row ", "1 rows ")


def test_it_is_read_otherwise_without_choosing_it_again(small_book, editor):
    unknown = sound()
    unknown["entries"][0]["driver"] = "Ada Swift"
    address = choose(editor, as_bytes(unknown)).url
    page = told(editor.get(address))
    assert "Nothing can come in" in page
    assert "“Make drivers that the book lacks” makes a new one" in page
    assert editor.post(address, {"look": "", "make_drivers": "on"}).url == address
    page = editor.get(address)
    assert "New drivers (1) Ada Swift" in told(page)
    assert re.search(r'name="make_drivers"[^>]* checked', page.content.decode())


def test_a_race_with_an_error_is_left_out_or_all_is(small_book, editor):
    wrong = document(round=13)
    wrong["entries"][0]["driver"] = "Kyle Larsen"
    address = choose(editor, as_bytes([sound(), wrong])).url
    assert "1 race new, 0 changed, 0 unchanged, 1 left out" in told(editor.get(address))
    editor.post(address, {"look": "", "strict": "on"})
    page = editor.get(address)
    assert "did you mean Kyle Larson?" in told(page)
    assert b'name="confirm"' not in page.content


def test_what_is_not_what_was_shown_is_shown_again(small_book, editor):
    address = choose(editor, as_bytes(document())).url
    plan = re.search(r'name="plan" value="(\w+)"', editor.get(address).content.decode())[1]
    make_race(2025, 12, name="The 400", laps=266)
    before = everything()
    page = editor.post(address, {"confirm": "", "plan": plan, "accept": "laps-led-sum"})
    assert everything() == before
    assert "The book has changed since the plan was made. Nothing was imported" in told(page)
    assert "0 races new, 1 changed" in told(page)
    assert b'value="laps-led-sum" checked' in page.content
    assert "The book has changed" not in told(editor.get(address))


def test_warnings_are_accepted_by_kind(small_book, editor):
    address = choose(editor, as_bytes(document())).url
    assert told(editor.get(address)).count("right all the same") == 2
    confirm(editor, address, accept=["laps-led-sum", "all"])
    assert set(AcceptedWarning.objects.values_list("code", "user__username")) == {("laps-led-sum", "editor")}
    page = told(editor.get(choose(editor, as_bytes(document())).url))
    assert "1 warning accepted before, and not told." in page
    assert "Accept led-by-segment" in page
    again = choose(editor, as_bytes(document())).url
    page = told(confirm(editor, again))
    assert "The book has all of it already, and no warning was ticked" in page
    assert "Import this" not in page
    assert confirm(editor, again, accept="led-by-segment").status_code == 302
    assert AcceptedWarning.objects.count() == 2


def test_whoever_may_not_make_or_accept_is_not_asked(small_book, editor):
    user = User.objects.get()
    withheld = ("add_driver", "add_track", "add_acceptedwarning")
    user.user_permissions.remove(*Permission.objects.filter(codename__in=withheld))
    address = choose(editor, as_bytes(document()), make_drivers="on").url
    page = editor.get(address)
    assert "laps-led-sum" in told(page)
    for name in (b'name="accept"', b'name="make_drivers"', b'name="make_tracks"'):
        assert name not in page.content
    confirm(editor, address, accept="laps-led-sum")
    assert ImportRun.objects.count() == 1
    assert not AcceptedWarning.objects.exists()


# What cannot come in.


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The submitted file is empty."),
        (b"<!DOCTYPE html><html></html>", "the file is a web page"),
        (b"PK\3\4xl/workbook.xml", "a zip archive or a spreadsheet"),
        (b"%PDF-1.7", "the file is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "the file is a picture (PNG)"),
        (b'[{"model": "races.series", "pk": 1, "fields": {}}]', "a Django fixture; load it with loaddata"),
        (gzip.compress(b" " * 10_000_001), "unpacks to more than 10 MB"),
        (gzip.compress(as_bytes(sound()))[:-20], "the compressed file: breaks off"),
        (as_bytes([sound(round=number) for number in range(1, 201)]), "bring them in on the server"),
        (as_bytes({"format": "racestats.race/1"}), "series"),
    ],
    ids=["empty", "html", "xlsx", "pdf", "picture", "fixture", "bomb", "broken", "history", "no race"],
)
def test_a_file_that_can_never_come_in(small_book, editor, data, said):
    before = everything()
    page = choose(editor, data, series="cup", strict="on")
    assert page.status_code == 200
    assert said in told(page)
    assert b'<option value="cup" selected>' in page.content
    assert re.search(r'name="strict"[^>]* checked', page.content.decode())
    assert everything() == before
    assert not Upload.objects.exists()


def test_a_file_of_another_series(small_book, editor):
    address = choose(editor, as_bytes(sound(series="trucks")), series="cup").url
    assert "asked for cup, the race is of trucks (“trucks”)" in told(editor.get(address))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "Choose a file, or give an address."),
        ("http://127.0.0.1/weekend-feed.json", "is no address of the web but of this machine or its network"),
        ("ftp://example.org/feed.json", "only files and http(s) addresses can be read"),
        ("/etc/passwd", "Enter a valid URL."),
        ("file:///etc/passwd", "Enter a valid URL."),
    ],
)
def test_an_address_that_cannot_be_read(small_book, editor, address, said):
    page = editor.post(CHOOSE, {"address": address})
    assert said in told(page)
    assert f'value="{address}"' in page.content.decode() or not address
    assert not Upload.objects.exists()


def test_an_address_is_read_within_bounds(small_book, editor, monkeypatch):
    asked = {}

    def read(location, **bounds):
        asked[location] = bounds
        return as_bytes(sound())

    monkeypatch.setattr(imports, "read", read)
    address = editor.post(CHOOSE, {"address": "example.org/kansas.json"}).url
    assert asked == {"https://example.org/kansas.json": {"timeout": 20, "max_bytes": 10_000_000}}
    confirm(editor, address)
    assert ImportRun.objects.get().file_name == "https://example.org/kansas.json"
    both = {"address": "example.org/a.json", "file": SimpleUploadedFile("a.json", b"[]")}
    assert "not both" in told(editor.post(CHOOSE, both))


def test_somebody_else_is_importing(small_book, editor, monkeypatch):
    def apply(*_):
        raise Busy("Somebody else is writing to the book.")

    address = choose(editor, as_bytes(document())).url
    monkeypatch.setattr(imports, "apply", apply)
    page = confirm(editor, address, accept="laps-led-sum")
    assert "Somebody else is writing to the book." in told(page)
    assert b'value="laps-led-sum" checked' in page.content
    assert b'name="confirm"' in page.content


# What is kept.


def test_a_file_is_its_users_alone(small_book, editor):
    address = choose(editor, as_bytes(sound())).url
    other = as_role(Client(), "superuser")
    for answer in (other.get(address), other.post(address, {"confirm": "", "plan": ""})):
        assert answer.url == CHOOSE
    assert "That file is not kept any more" in told(other.get(CHOOSE))
    assert not ImportRun.objects.exists()


def test_few_files_are_kept_and_not_for_long(small_book, editor):
    user = User.objects.get()
    hours = [1, 2, 3, 25, 4, 5, 6]
    for age in hours:
        Upload.objects.create(user=user, name=str(age), packed=b"", created=timezone.now() - timedelta(hours=age))
    other = User.objects.create(username="other")
    Upload.objects.create(user=other, name="other, old", packed=b"", created=timezone.now() - timedelta(days=2))
    Upload.objects.create(user=other, name="other", packed=b"", created=timezone.now() - timedelta(hours=7))
    choose(editor, as_bytes(sound()))
    kept = set(Upload.objects.values_list("name", flat=True))
    assert kept == {"races.json", "1", "2", "3", "4", "other"}
    assert Upload.objects.filter(user=user).count() == MOST_KEPT


def test_queries_do_not_grow_with_the_file(small_book, editor):
    """In a season and of a source that the book has."""
    counts = []
    for rounds in ([40], [39], range(1, 39)):
        races = as_bytes([sound(round=number, date=None) for number in rounds])
        with CaptureQueriesContext(connection) as asked:
            address = choose(editor, races).url
            chosen = len(asked)
            page = editor.get(address).content.decode()
            shown = len(asked)
            plan = re.search(r'name="plan" value="(\w+)"', page)[1]
            editor.post(address, {"confirm": "", "plan": plan})
        counts.append((chosen, shown - chosen, len(asked) - shown))
    _, one, many = counts
    assert all(asked <= before for asked, before in zip(many, one)), counts
