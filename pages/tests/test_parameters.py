"""What an address may be asked: what it takes, once, and nothing else. Marks of other sites change nothing."""

import json
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse

from pages.kit.filters.parameters import wrong_parameters
from pages.kit.forms import ARRANGING
from pages.kit.links import filters_taken
from racestats.serving.marks import MARKS, without_marks
from testing.answers import in_each_form, read_once, with_query
from testing.makers import make_little_book
from testing.reading import Page
from testing.site import DOCUMENTS, FIRST_OF_EACH, FORMS, UNKNOWN, named, view_class

make_book = make_little_book
pytestmark = pytest.mark.django_db

OF_MACHINES = [reverse(name, args=cases[0]) for name, cases in DOCUMENTS.items()]
MARKED = {"utm_source": "a letter", "utm_": "", "fbclid": "x1", **dict.fromkeys(MARKS, "y")}
TAKES_EVERYWHERE = ("format", *ARRANGING)


def assert_told(response, form: str, problems: dict[str, str]) -> None:
    """It is a 400 that names each of these, says what is wrong with it, and names nothing else."""
    text = response.content.decode()
    assert response.status_code == 400, form
    if form == "json":
        assert json.loads(text)["fields"] == {name: [problem] for name, problem in problems.items()}
    elif form in ("csv", "md"):
        assert text == "".join(f"{name}: {problem}\n" for name, problem in problems.items())
    else:
        page = Page(text)
        assert (page.problems, page.headings) == ([], ["We couldn’t use that filter"])
        assert text.count("<dd>") + text.count('<p class="problem"') == len(problems)
        for problem in problems.values():
            said, _, meant = problem.partition(": did you mean “")
            # A reader need not know all that an address takes.
            said = said.partition(" This address takes")[0].partition(" This table sorts")[0].removesuffix(".")
            assert f"{said}." in page.text
            assert not meant or f"Did you mean {meant.removesuffix('”?')} ?" in page.text


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_what_a_page_does_not_take_is_refused(client, small_book, path):
    """In every form: each name that is unknown is told, a misspelt one with the name that was meant."""
    taken = [*filters_taken(path), *view_class(path).takes, *TAKES_EVERYWHERE]
    problems = {"nonsense": f"Unknown parameter “nonsense”. This address takes {', '.join(taken)}."}
    for name in taken:
        misspelt = name + name[-1]
        problems[misspelt] = f"Unknown parameter “{misspelt}”: did you mean “{name}”?"
    for form, response in in_each_form(client, with_query(path, **dict.fromkeys(problems, "1"))).items():
        assert_told(response, form, problems)


TAKEN = {"suggestions": "q, as_of", "schedule": "series", "sitemap-part": "p"}
"""What the addresses that answer machines take, where that is anything."""


@pytest.mark.parametrize("path", OF_MACHINES)
def test_what_a_document_does_not_take_is_refused(client, small_book, path):
    """In the one form that it has."""
    page = path.removesuffix("card.png")
    taken = TAKEN.get(named(path)) or (", ".join(filters_taken(page)) if page != path else "")
    sentence = f"This address takes {taken or 'no parameters'}."
    # Of what takes a “from” that was meant in place of a format.
    asked = {"nonsense": "1", "as_of": "2024-05-06"} if "from" in taken else {"format": "csv", "as_of": "2024-05-06"}
    unknown = [name for name in asked if name not in taken.split(", ")]
    problems = {name: f"Unknown parameter “{name}”. {sentence}" for name in unknown}
    assert_told(client.get(path, asked), "json", problems)


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_is_not_there_is_a_404_whatever_is_asked(client, path):
    assert client.get(path, {"nonsense": "1", "page": "abc"}).status_code == 404


LIKELY = [
    ("/leaderboards/wins/", "seasn", "season"),
    ("/leaderboards/wins/", "Season", "season"),
    ("/leaderboards/wins/", "asof", "as_of"),
    ("/leaderboards/wins/", "as-of", "as_of"),
    ("/leaderboards/wins/", "manufacter", "manufacturer"),
    ("/leaderboards/wins/", "perpage", "per_page"),
    ("/closest-finishes/", "driver-sort", "drivers-sort"),
    ("/closest-finishes/", "drivers-per-page", "drivers-per_page"),
    ("/closest-finishes/", "maxmargin", "max_margin"),
    ("/drivers/kyle-larson/vs/", "drivr", "driver"),
    ("/races/cup/2025/12/", "stage-sort", "stages-sort"),
]


@pytest.mark.parametrize(("path", "wrong", "meant"), LIKELY)
def test_what_was_probably_meant(client, path, wrong, meant):
    """Slips of the hand; the parameters of a second table are suggested too."""
    problem = f"Unknown parameter “{wrong}”: did you mean “{meant}”?"
    assert_told(client.get(path, {wrong: "1", "format": "json"}), "json", {wrong: problem})


ARRANGED_WRONGLY = {
    "page=abc": {"page": "“abc” is not a whole number from 1 to 999,999,999."},
    "page=0": {"page": "“0” is not a whole number from 1 to 999,999,999."},
    # Whoever asks for a page that there is not is told how many there are, in the forms that hold all rows as well.
    "page=99999": {"page": "There is no page 99999: the last is 1."},
    "per_page=x": {"per_page": "“x” is not a whole number from 1 to 999,999,999."},
    "sort=nothing": {
        "sort": "“nothing” is not a column that sorts. "
        "This table sorts by margin, race, date, track, winner, runner_up."
    },
    "drivers-page=7&drivers-sort=-wins&sort=-margn&page=x&seasn=2023": {
        "seasn": "Unknown parameter “seasn”. This address takes series, era, from, to, track, type, driver, "
        "manufacturer, max_margin, as_of, format, sort, page, per_page.",
        "sort": "“margn” is not a column that sorts: did you mean “margin”?",
        "page": "“x” is not a whole number from 1 to 999,999,999.",
        "drivers-sort": "“wins” is not a column that sorts. This table sorts by driver, involved, share, won, "
        "runner_up.",
        "drivers-page": "There is no page 7: the last is 1.",
    },
    "track=kansas&track=bristol": {"track": "“track” is given more than once, and takes one value."},
    "track=&track=bristol": {"track": "“track” is given more than once, and takes one value."},
    "page=1&page=1": {"page": "“page” is given more than once, and takes one value."},
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_refuses_alike(client, form):
    """What arranges a table wrongly, and what is given twice, is named with its value, all of it at once."""
    path = "/closest-finishes/"
    with read_once(path):
        for query, problems in ARRANGED_WRONGLY.items():
            assert_told(client.get(f"{path}?max_margin=0.010&{query}&format={form}"), form, problems)


def test_two_forms_at_once(client):
    """Which of the two was meant nobody knows; the answer is a 400 in the last of them."""
    problem = "“format” is given more than once, and takes one value."
    assert_told(client.get("/drivers/?format=csv&format=json"), "json", {"format": problem})


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_marks_of_other_sites_are_not_heard(rf, path):
    """By no page, whatever else it is asked."""
    view, asked = view_class(path)(), {"as_of": "2024-05-06", "nonsense": "1"}
    view.setup(rf.get(path, MARKED | asked))
    assert view.request.GET.dict() == asked


@pytest.mark.parametrize("path", ["/", "/drivers/kyle-larson/vs/", "/standings/cup/2025/", "/races/cup/2025/12/race/"])
def test_marks_of_other_sites_change_nothing(drawn, path):
    """Not a letter of the page, so no link of it carries them on."""
    plain, marked = drawn(path), drawn(path, **MARKED)
    assert marked.status == 200
    assert marked.text == plain.text


@pytest.mark.parametrize("path", ["/closest-finishes/?era=next-gen&sort=-margin&per_page=5&page=2&as_of=2024-05-06"])
def test_nor_do_they_beside_what_is_asked(drawn, path):
    """Nor in any form."""
    plain, marked = drawn.in_each_form(path), drawn.in_each_form(with_query(path, **MARKED))
    assert [marked[form].text == plain[form].text for form in FORMS] == [True] * len(FORMS)


@pytest.mark.parametrize("path", OF_MACHINES)
def test_nor_in_documents(client, small_book, path):
    assert client.get(path, MARKED).content == client.get(path).content


@pytest.mark.parametrize("query", ["nonsense=1", "utm_source=x&seasn=2023", "sort=x"])
def test_marks_are_not_told_of(client, query):
    """A page that tells an error is free of them too."""
    plain, marked = (client.get(f"/races/?{asked}") for asked in (query, f"{query}&{urlencode(MARKED)}"))
    assert (plain.status_code, marked.content) == (400, plain.content)


def test_no_page_takes_a_mark():
    """A filter of that name would never be heard."""
    for path in FIRST_OF_EACH:
        taken = urlencode(dict.fromkeys([*filters_taken(path), *TAKES_EVERYWHERE], "1"))
        assert without_marks(QueryDict(taken)) == QueryDict(taken)


def test_the_way_to_a_rival_takes_no_more(client):
    """What it is asked beside the rival goes with it or is refused, never dropped."""
    path = "/drivers/kyle-larson/vs/"
    to = client.get(path, {"driver": "Denny Hamlin", "track": "kansas", "season": "2024", "format": "csv", "ref": "x"})
    assert to["Location"] == "/drivers/kyle-larson/vs/denny-hamlin/?season=2024&track=kansas&format=csv"
    assert client.get(path, {"driver": "Denny Hamlin"})["Location"] == "/drivers/kyle-larson/vs/denny-hamlin/"
    for form in FORMS:
        asked = {"driver": "Denny Hamlin", "seasn": "2024", "format": form}
        problems = {"seasn": "Unknown parameter “seasn”: did you mean “season”?"}
        assert_told(client.get(path, asked), form, problems)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", []),
        ("&&", []),
        ("era=&era=", ["era"]),
        ("=1", [""]),
        ("x[]=2&era=1", ["x[]"]),
        ("Era=1", ["Era"]),
        ("utm=1", ["utm"]),
    ],
)
def test_names(query, wrong):
    assert list(wrong_parameters(QueryDict(query), ["era"])) == wrong
