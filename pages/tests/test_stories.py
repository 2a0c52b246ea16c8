"""Stories: their tables as of their day, whom they name, and who sees a draft."""

from datetime import date

import pytest

from drivers.models import Driver
from newsroom.models import Story
from pages.stories import MOST_TABLES
from races.models import Track
from testing.makers import make_little_book, make_race, make_result
from testing.reading import Page
from testing.roles import as_role
from testing.site import TODAY

make_book = make_little_book
pytestmark = pytest.mark.django_db
BODY = """# Kansas

Kyle Larson, [the winner](/drivers/kyle-larson/) of [Kansas](/races/cup/2025/12/?as_of=2025-05-12), beat
[Chris Buescher](/drivers/kyle-larson/vs/chris-buescher/) at [the track](/tracks/kansas/#records) <script>x</script>.

/leaderboards/wins/?series=cup

The [author](/drivers/nobody/), [elsewhere](https://example.org/drivers/denny-hamlin/) and a [page](/about/).
"""


def make_story(slug: str = "kansas", **fields) -> Story:
    said = {"title": "Larson’s Kansas", "body": BODY, "published": date(2025, 5, 12)}
    story = Story.objects.create(**said | fields, slug=slug)
    story.note_whom_it_names()
    return story


def words(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    page = Page(response.content.decode())
    assert page.problems == []
    return page.text


def test_tables_are_frozen_on_its_day(client, small_book):
    """A later win changes the board, and not the board in a story of before, whose link keeps the day; a table that
    says its own day keeps that."""
    make_story()
    make_story("own", body="/leaderboards/wins/?as_of=2025-05-11")
    make_story("of-today", body="/leaderboards/wins/", as_of=TODAY)
    make_result(make_race(2025, 13, date=date(2025, 5, 18)), "Kyle Larson", 1)
    assert [
        [row[1:3] for row in Page(client.get(address).content.decode()).tables[0].rows][:1]
        for address in ("/stories/kansas/", "/stories/own/", "/stories/of-today/", "/leaderboards/wins/")
    ] == [[["Kyle Larson", wins]] for wins in ("1+", "1+", "2+", "2+")]
    html = client.get("/stories/kansas/").content.decode()
    assert 'href="/leaderboards/wins/?series=cup&amp;as_of=2025-05-12"' in html
    assert "As it stood on May 12, 2025." in Page(html).text
    assert "<script>x" not in html
    assert Page(html).headings == ["Larson’s Kansas"]


def test_whom_it_names_leads_back(client, small_book):
    """People, the race and the track that it links to, and no others; not for a day before it."""
    story = make_story()
    assert {each.slug for each in story.drivers.all()} == {"kyle-larson", "chris-buescher"}
    assert [str(each.round) for each in story.races.all()] == ["12"]
    assert [each.slug for each in story.tracks.all()] == ["kansas"]
    naming = ["/drivers/kyle-larson/", "/drivers/chris-buescher/", "/races/cup/2025/12/", "/tracks/kansas/", "/"]
    for address in [*naming, "/stories/"]:
        assert "Larson’s Kansas" in words(client, address), address
    before = [f"{each}?as_of=2025-05-11" for each in naming[1:]]
    for address in ["/drivers/denny-hamlin/", "/races/cup/2025/11/", *before]:
        assert "Larson’s Kansas" not in words(client, address), address
    story.body = "Nobody."
    story.note_whom_it_names()
    assert not story.drivers.exists()


def test_a_slug_that_has_changed_since(client, small_book):
    """Its table and its links lead on, and so do the pages of whom it names, also once it is saved again."""
    story = make_story(body="/drivers/kyle-larson/\n\n[Kansas](/tracks/kansas/)")
    for row in (Driver.objects.get(slug="kyle-larson"), Track.objects.get(slug="kansas")):
        row.slug = f"{row.slug}-today"
        row.save()
    assert len(Page(client.get("/stories/kansas/").content.decode()).tables) == 1
    for address in ("/drivers/kyle-larson-today/", "/tracks/kansas-today/"):
        assert "Larson’s Kansas" in words(client, address), address
    story.note_whom_it_names()
    named = [row.slug for row in (*story.drivers.all(), *story.tracks.all())]
    assert named == ["kyle-larson-today", "kansas-today"]


def test_a_table_is_as_on_its_own_page(client, small_book):
    """The same columns of the same rows, as they are asked for, but no more than so many."""
    address = "/drivers/?sort=driver&per_page=3&page=2"
    make_story("other", body=f"{address}\n\n/drivers/kyle-larson/")
    tables = Page(client.get("/stories/other/").content.decode()).tables
    for told, there in zip(tables, (address, "/drivers/kyle-larson/"), strict=True):
        own = Page(client.get(there).content.decode()).tables[0]
        assert (told.head, told.rows) == (own.head, own.rows)


ODD = (
    *("/nothing/", "/admin/", "/leaderboards/wins/?era=nonsense", "/drivers/nobody/", "//example.org/", "/healthz"),
    *("/leaderboards/wins/?page=99", "/report/", "/x" * 300, "/stories/odd/"),
)


def test_what_is_no_table_is_no_fault(client, small_book):
    """It stays a text or a link; so does what is more than a story may have, and a table has so many rows."""
    make_story("odd", body="\n\n".join(ODD))
    html = client.get("/stories/odd/").content.decode()
    assert (Page(html).tables[1:], html.count('href="/leaderboards/wins/?era=nonsense"')) == ([], 1)
    make_story("long", body="\n\n".join(["/leaderboards/starts/"] * (MOST_TABLES + 2)))
    page = Page(client.get("/stories/long/").content.decode())
    assert (len(page.tables), page.problems) == (MOST_TABLES, [])


def test_a_draft_is_its_editors_alone(client, small_book):
    make_story(published=None)
    lists = ("/stories/", "/", "/drivers/kyle-larson/", "/feeds/stories/", "/sitemap-stories.xml")
    assert client.get("/stories/kansas/").status_code == 404
    assert [address for address in lists if "/stories/kansas/" in client.get(address).content.decode()] == []
    assert "Draft: editors alone see it" in words(as_role(client, "editor"), "/stories/kansas/")


def test_what_follows_it(client, small_book):
    make_story()
    (row,) = client.get("/stories/?format=json").json()["rows"]
    assert (row["day"], row["title"], row["title_url"]) == ("2025-05-12", "Larson’s Kansas", "/stories/kansas/")
    assert row["beginning"].startswith("Kansas Kyle Larson, the winner of Kansas, beat")
    assert "/stories/kansas/" in client.get("/feeds/stories/").content.decode()
    assert "/stories/kansas/" in client.get("/sitemap-stories.xml").content.decode()
    assert '"@type":"Article","headline":"Larson’s Kansas"' in client.get("/stories/kansas/").content.decode()
    assert client.get("/stories/kansas/?nonsense=1").status_code == 400
    assert client.get("/stories/nothing/").status_code == 404
