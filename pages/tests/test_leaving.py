"""Leaving a page of the admin asks where something typed is not saved: its script, on a form of its own."""

import pytest

FORM = """
<div id="content-main">{}
<form method="post" action="/nothing/"><input name="note" value="Rain"><button>Save</button></form>
</div>
<script src="/static/desk-forms.js" type="module"></script>
"""


@pytest.mark.parametrize(
    ("above", "does", "asks"),
    [
        ("", lambda page: page.click("input"), False),
        ("", lambda page: page.fill("input", "Rain and wind"), True),
        ("", lambda page: (page.fill("input", "Wind"), page.fill("input", "Rain")), False),
        ('<p class="errornote">A mistake.</p>', lambda page: page.click("input"), True),
        ("", lambda page: (page.fill("input", "Wind"), page.click("button")), False),
    ],
    ids=["nothing was typed", "something was", "it is as it was", "it came back with mistakes", "it is sent"],
)
def test_leaving_asks_where_something_would_be_lost(open_page, address, above, does, asks):
    page, asked = open_page("/glossary/"), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.set_content(FORM.format(above))
    does(page)
    page.goto("/about/")
    assert asked == (["beforeunload"] if asks else [])
