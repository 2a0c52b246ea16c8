"""The derived rows, and the drawing of tables."""

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
from django.db import connection, transaction
from django.test import RequestFactory
from django.template.loader import render_to_string
from drivers.models import Driver
from pages.race_log import RaceLogTable
from races.derived.refresh import rebuild
from races.models import CareerTotals, Findable, FindableWord, MilestoneReached, RaceCoverage, Result
from races.models import SeasonTotals, StatLine
from stats.scope import Scope

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
    yield Row("a log of 400 races drawn", found["ours"], "django-tables2's own template", found["stock"], 0.5)
