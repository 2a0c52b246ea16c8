"""The whole book to take: the files of the latest download, and what every column of its tables means."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from importing.downloads.export import Download, DownloadFile, latest, read
from importing.downloads.files import dictionary
from importing.downloads.tables import tables
from racestats.addresses import address_of

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, NoteColumn, NumberColumn
from ..kit.tables.table_page import TablePage

AN_HOUR = "public, max-age=3600"


class FileTable(BaseTable):
    caption = "Files"
    heads_rows = "name"

    name = Column("File", url="url", orderable=False)
    what = Column("What it holds", orderable=False)
    size = NumberColumn("Bytes", orderable=False)
    sha256 = NoteColumn("SHA-256", priority=3, orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No download has been made here yet."


class DictionaryTable(BaseTable):
    caption = "Columns"

    table = Column("Table")
    column = Column("Column")
    kind = Column("Kind", priority=2)
    meaning = Column("Meaning", orderable=False)


class DataView(TablePageView):
    template_name = "pages/data.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters: ScopeFilterSet) -> TablePage:
        download = latest(settings.DATA_ROOT)
        files = [file_row(download, file) for file in download.files] if download else []
        columns = [dict(zip(("table", "column", "kind", "meaning"), row)) for row in dictionary(tables()) if row[1]]
        return TablePage(
            "The whole book to take",
            {
                "files": FileTable(files),
                "columns": DictionaryTable(columns, prefix="columns-"),
            },
            total=len(files),
            matching=len(files),
            context={"download": download},
        )

    def answer(self, request: HttpRequest, form: str, **kwargs: Any) -> HttpResponse:
        """Not kept with the pages that only a commit makes old: a download is none."""
        response = super().answer(request, form, **kwargs)
        response["Cache-Control"] = "no-cache"
        return response


def file_row(download: Download, file: DownloadFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "what": file.what,
        "size": file.size,
        "sha256": file.sha256,
        "url": address_of("data-file", download.day.isoformat(), file.name),
    }


def data_file(request: HttpRequest, day: str, name: str) -> HttpResponseBase:
    """A file of a download that is kept, and no other."""
    try:
        download = read(settings.DATA_ROOT, date.fromisoformat(day))
    except ValueError:
        download = None
    file = download and download.file(name)
    if not (download and file):
        raise Http404(f"There is no file {name} of {day}: the data page has those that are kept.")
    etag = f'"{file.sha256}"'
    response = get_conditional_response(request, etag=etag) or FileResponse(
        (download.folder / name).open("rb"), as_attachment=True, filename=f"{day}-{name}"
    )
    response["ETag"], response["Cache-Control"] = etag, AN_HOUR
    return response
