"""Warnings that are right all the same: accepted once, kept with their run, and not told again of the same fact."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from importing.advice import NOTES
from importing.health import accept, accepted
from importing.run import ALL, Options, import_file
from races.models import AcceptedWarning, ImportRun, ImportWarning, Race, RaceCheck
from testing.files.samples import as_bytes, csv_bytes, csv_race, sound, weekend
from testing.makers import make_race

UNSOUND = {"cautions": 2, "lead_changes": 5}


def kinds(outcome) -> list[str]:
    return sorted(problem.code for problem in outcome.warnings)


def test_a_run_keeps_its_warnings(small_book, bring):
    outcome = bring(sound(**UNSOUND))
    run, race = ImportRun.objects.get(), Race.objects.get()
    kept = list(ImportWarning.objects.values_list("run", "number", "race", "code", "place", "value", "message"))
    assert kept == [
        (run.pk, 1, race.pk, "lead-changes", "lead changes", "5", "5 lead changes are stated, the leaders make 1"),
        (run.pk, 2, race.pk, "caution-laps", "cautions", "2", "2 cautions stated, 1 listed"),
    ]
    assert (kinds(outcome), outcome.accepted) == (["caution-laps", "lead-changes"], 0)


def test_what_is_accepted_is_not_told_again(small_book, bring):
    bring(sound(**UNSOUND), accept=("lead-changes",))
    kept = AcceptedWarning.objects.get()
    assert (kept.code, kept.race, kept.run, kept.user) == (
        *("lead-changes", Race.objects.get()),
        *(ImportRun.objects.get(), None),
    )
    outcome = bring(sound(**UNSOUND))
    assert (kinds(outcome), outcome.accepted) == (["caution-laps"], 1)
    assert bring(sound(**UNSOUND), dry_run=True).accepted == 1
    open_checks = RaceCheck.objects.with_accepted().filter(accepted=False)
    assert [check.code for check in open_checks] == ["caution-laps"]


def test_another_value_is_told(small_book, bring):
    bring(sound(**UNSOUND), accept=(ALL,))
    assert bring(sound(**UNSOUND)).warnings == []
    outcome = bring(sound(cautions=2, lead_changes=6), overwrite_official=True)
    assert (kinds(outcome), outcome.accepted) == (["lead-changes"], 1)


def test_the_same_of_another_race_is_told(small_book, bring):
    bring(sound(**UNSOUND), accept=(ALL,))
    assert kinds(bring(sound(**UNSOUND, round=13, date="2025-05-18"))) == ["caution-laps", "lead-changes"]


def test_a_file_without_changes_is_accepted_too(small_book, bring):
    bring(sound(**UNSOUND))
    outcome = bring(sound(**UNSOUND), accept=(ALL,))
    assert (outcome.unchanged, outcome.warnings, outcome.accepted) == (1, [], 2)
    assert ImportRun.objects.count() == 2
    assert {each.run for each in AcceptedWarning.objects.all()} == {ImportRun.objects.first()}
    bring(sound(**UNSOUND), accept=(ALL,))
    assert (ImportRun.objects.count(), AcceptedWarning.objects.count()) == (2, 2)


def test_a_dry_run_accepts_nothing(small_book, bring):
    assert len(bring(sound(**UNSOUND), accept=(ALL,), dry_run=True).warnings) == 2
    assert not AcceptedWarning.objects.exists()


def test_who_accepted_is_kept(small_book, bring):
    user = User.objects.create_user("editor")
    bring(sound(**UNSOUND), accept=(ALL,), user=user)
    assert {each.user for each in AcceptedWarning.objects.all()} == {user}


def test_a_fact_of_a_table_stays_accepted_on_another_line(small_book, tmp_path):
    """The public results file grows, and is put in another order."""
    rows = csv_race(3, Season="2025")
    rows[2] |= {"Led": "300.0"}  # Of 200 laps.
    path, options = tmp_path / "table.csv", {"create_drivers": True, "create_tracks": True}
    path.write_bytes(csv_bytes(*rows))
    assert import_file(str(path), Options(accept=(ALL,), **options)).accepted
    path.write_bytes(csv_bytes(*csv_race(3, Season="2025", Race="2", Name="Other 200"), *rows))
    assert [each.code for each in import_file(str(path), Options(**options)).warnings] == []


def test_a_warning_of_a_file_is_of_no_race(small_book, bring):
    rows = [row | {"Mood": "good"} for row in csv_race(2)]
    table = csv_bytes(*rows, header=[*rows[0]])
    outcome = bring(table, name="t.csv", create_drivers=True, create_tracks=True, accept=("unknown-column",))
    assert "unknown-column" not in kinds(outcome)
    assert list(AcceptedWarning.objects.values_list("race", "code", "value")) == [(None, "unknown-column", "Mood")]
    assert "unknown-column" not in kinds(bring(table, name="t.csv"))


def test_what_is_accepted_of_a_file_is_not_of_a_race(small_book, bring):
    """Nor the other way round: the import and the pages ask alike."""
    bring(sound(**UNSOUND))
    first, second = ImportWarning.objects.all()
    second.race = None
    second.save()
    accept([first.fact._replace(race=None), second.fact])
    assert [each.accepted for each in ImportWarning.objects.with_accepted()] == [False, True]
    assert [each.fact in accepted() for each in ImportWarning.objects.all()] == [False, True]
    assert not RaceCheck.objects.with_accepted().filter(accepted=True).exists()


def test_what_there_is_nothing_to_do_about_is_noted_and_no_warning(small_book, bring):
    """Its number is kept with the run."""
    rows = csv_race(3, Season="2025")
    rows[1]["Pts"] = "0"
    outcome = bring(csv_bytes(*rows), name="t.csv", create_drivers=True, create_tracks=True, accept=(ALL,))
    assert [problem.code for problem in outcome.noted] == ["ineligible-inferred"]
    assert not any("ineligible" in problem.code for problem in outcome.warnings)
    assert ImportRun.objects.get().noted == f"ineligible-inferred (1): {NOTES['ineligible-inferred']}"
    assert not ImportWarning.objects.filter(code="ineligible-inferred").exists()
    assert not AcceptedWarning.objects.exists()


def test_a_warning_of_reading_a_feed_is_kept_with_its_race(small_book, bring):
    race = make_race(2023, 7, "Richmond", date=date(2023, 4, 2), name="Sample 400", laps=400)
    bring(as_bytes(weekend(margin_of_victory="a nose")), name="weekend-feed.json", create_drivers=True)
    assert ImportWarning.objects.filter(code="margin-unread").values_list("race", flat=True).get() == race.pk


# In the admin.


@pytest.fixture
def editor(client, db):
    client.force_login(User.objects.create_superuser("editor", password="x"))
    return client


def test_the_runs_page_leads_to_its_warnings_which_are_accepted_there(small_book, bring, editor):
    bring(sound(**UNSOUND))
    run = ImportRun.objects.get()
    page = editor.get(reverse("admin:races_importrun_change", args=[run.pk])).content.decode()
    listed = reverse("admin:races_importwarning_changelist")
    address = f"{listed}?run__id__exact={run.pk}&amp;code=lead-changes&amp;accepted=no"
    assert f'<a href="{address}">lead-changes: 1</a>' in page
    (warning,) = editor.get(address.replace("&amp;", "&")).context_data["cl"].queryset
    data = {"action": "accept_selected", "_selected_action": [warning.pk]}
    assert editor.post(listed, data).status_code == 302
    kept = AcceptedWarning.objects.get()
    assert (kept.fact, kept.run, kept.user.username) == (warning.fact, run, "editor")
    assert kinds(bring(sound(**UNSOUND))) == ["caution-laps"]
    page = editor.get(reverse("admin:races_importrun_change", args=[run.pk])).content.decode()
    assert "lead-changes: 1 accepted</a>" in page
