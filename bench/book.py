"""The derived rows, an editor's evening, and the drawing of tables."""

import json
from collections.abc import Iterator
from pathlib import Path

from .process import run
from .rows import Row

SCRIPT = """
import json, sys, time
import django
import django_tables2 as tables
django.setup()
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.template.loader import render_to_string
from drivers.models import Driver
from pages.careers.race_log import RaceLogTable
from races.derived.refresh import rebuild
from races.models import CareerTotals, Findable, FindableWord, MilestoneReached, Race, RaceCoverage, Result
from races.models import SeasonTotals, StatLine
from stats.scope import Scope
from testing.editing import boxes

def clock(do, times=1):
    taken = []
    for _ in range(times):
        started = time.process_time()
        do()
        taken.append(time.process_time() - started)
    return min(taken)

found = {}
with transaction.atomic():
    for model in (StatLine, RaceCoverage, SeasonTotals, CareerTotals, MilestoneReached, Findable, FindableWord):
        model.objects.all()._raw_delete("default")
    found["rebuild"] = clock(rebuild)
    transaction.set_rollback(True)
with transaction.atomic(), connection.cursor() as cursor:
    table = StatLine._meta.db_table
    cursor.execute(f"CREATE TABLE lines_kept AS SELECT * FROM {table}")
    cursor.execute(f"DELETE FROM {table}")
    found["raw"] = clock(lambda: cursor.execute(f"INSERT INTO {table} SELECT * FROM lines_kept"))
    transaction.set_rollback(True)

# The first ten of one race: some have hundreds of races before them, some a season.
race = Result.objects.filter(session__race__season__year=1975, session__kind="race")
top_ten = list(race.filter(session=race.first().session, position__lte=10))

def save(result):
    result.laps_led = (result.laps_led or 0) + 1
    result.save()

with transaction.atomic():
    found["save"] = sum(clock(lambda: save(result), 5) for result in top_ten) / len(top_ten)
    transaction.set_rollback(True)

# A race of 38 cars, taken out and pasted anew.
with transaction.atomic():
    race = Race.objects.get_by_natural_key("cup", 2024, "12")
    results = Result.objects.filter(session__race=race, session__kind="race").select_related("entry__driver")
    cars = [(each.position, each.entry.number, each.entry.driver, each.laps, each.laps_led) for each in results]
    text = "\\n".join("\\t".join(map(str, row)) for row in [("Pos", "Car", "Driver", "Laps", "Led"), *cars])
    race.sessions.all().delete()
    race.status = "scheduled"
    race.save()
    client, sheet = Client(HTTP_HOST="localhost"), reverse("admin:desk_sheet", args=[race.pk, "race"])
    client.force_login(User.objects.create_superuser("bench"))
    found["sheet"] = clock(lambda: client.get(sheet), 5)
    found["race"] = clock(lambda: client.get(reverse("admin:races_race_change", args=[race.pk])), 3)
    page = client.post(sheet, {**boxes(client.get(sheet)), "pasted": text, "step": "read"})
    page = client.post(sheet, {**boxes(page), "step": "check"})
    said = {**boxes(page), "step": "save"}
    found["pasted"] = clock(lambda: client.post(sheet, said))
    assert results.count() == len(cars)
    transaction.set_rollback(True)

driver = Driver.objects.get(slug="richard-petty")
lines = list(Scope(driver=driver).lines().for_log().select_related("driver").order_by("-race_order")[:400])
request = RequestFactory().get("/")

def ours():
    table = RaceLogTable(lines)
    table.paginate(per_page=400)
    render_to_string("includes/table.html", {"table": table, "title": ""}, request)

def as_stock(bound):
    column = bound.column
    linkify = (lambda record: column.href(record)) if column.has_link else None
    return tables.Column(accessor=bound.accessor, linkify=linkify)

columns = {bound.name: as_stock(bound) for bound in RaceLogTable(lines).columns}
StockTable = type("StockTable", (tables.Table,), columns)

def stock():
    table = StockTable(lines, template_name="django_tables2/table.html")
    table.paginate(per_page=400)
    table.as_html(request)

found["ours"], found["stock"] = clock(ours, 5), clock(stock, 5)
print(json.dumps(found))
"""


def measure(root: Path, database: Path) -> Iterator[Row]:
    found = json.loads(run(root, database, SCRIPT))
    yield Row("a rebuild of all derived rows", found["rebuild"], "raw INSERT … SELECT of the lines", found["raw"], 8)
    yield Row("saving one result, all refreshed (mean of ten)", found["save"], "a rebuild", found["rebuild"], 0.005)
    yield Row("saving a pasted race of 38 cars", found["pasted"], "a rebuild", found["rebuild"], 0.1)
    yield Row("opening the sheet of a race", found["sheet"], "the admin's page of the race", found["race"], 1)
    yield Row("a log of 400 races drawn", found["ours"], "django-tables2's own template", found["stock"], 0.5)
