"""Pages kept as they were sent, compressed, until somebody writes.

Most requests are answered here, before a view, a session or a query. Whoever is logged in sees every page anew.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from hashlib import blake2b
from itertools import chain
from threading import Event, Lock
from typing import NamedTuple

import brotli
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import MiddlewareNotUsed, SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase, ResponseHeaders

from racestats import clock

from .data_version import version_of_database
from .marks import without_marks
from .metrics import KEPT_BYTES, KEPT_PAGES, KeptAnswer

FRESH = "public, max-age=0, stale-while-revalidate=60"
"""Browsers and proxies ask each time, and may show what they have for up to a minute while they do."""
BEHIND_AT_MOST = 5
"""Seconds after a write in which others may have the page from before it, while it is made anew; after them they wait
for the new one."""
READ_AT = "X-Read-At"
"""When the page was read from the book: every commit before is in it."""
GZIP, BROTLI = 6, 5
"""How hard each is tried: harder takes much longer for little less."""
OWN_HEADERS = {"content-length", "content-encoding", "etag", "cache-control", "vary"}
"""Those that are written for each answer."""


OF_DAY = "answered_of_day"


def today_for(request: HttpRequest) -> date:
    """Which day it is, for an answer that tells it: it is kept for that day only."""
    day = clock.today()
    setattr(request, OF_DAY, day)
    return day


class PageKey(NamedTuple):
    """What an answer depends on, beside the data."""

    scheme: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]


class KeptHeaders(ResponseHeaders):
    """A copy of headers that Django has looked through once: for each answer anew it would take longer than all else.

    It keeps them in this dictionary, by their names in small letters.
    """

    def __init__(self, headers: ResponseHeaders):
        self._store = headers._store.copy()

    def items(self):
        return self._store.values()


@dataclass
class Kept:
    """An answer, by the codings in which it can be sent. `right_at` is when it was last known that nobody has written
    since, on a clock that only goes on; `day` the only one on which it is right, where it tells what day it is."""

    version: Hashable
    headers: dict[str, str]
    digest: str
    bodies: dict[str, bytes]
    right_at: float
    day: date | None = None
    written: dict[str, ResponseHeaders] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """In bytes, a thousand for the headers and the key among them."""
        return sum(map(len, self.bodies.values())) + 1000

    def is_right(self, version: Hashable) -> bool:
        """Whether it was made of this version of the data, and of this day if of any."""
        return self.version == version and self.day in (None, clock.today())

    @property
    def may_be_behind(self) -> bool:
        """Whether it was right a moment ago."""
        return time.monotonic() - self.right_at < BEHIND_AT_MOST

    def answer(self, request: HttpRequest, kind: type[HttpResponse] = HttpResponse) -> HttpResponse:
        """The answer as the request can take it, or that what the asker has is still right."""
        coding = next((each for each in self.bodies if takes(request, each)), "")
        headers = KeptHeaders(self.written.get(coding) or self.write_headers(coding))
        if headers["ETag"] in request.META.get("HTTP_IF_NONE_MATCH", ""):
            response = kind(status=304, content_type="")
            for name in ("Content-Length", "Content-Encoding"):
                headers.pop(name)
        else:
            response = kind(self.body(coding), content_type="")
        response.headers = headers
        return response

    def body(self, coding: str) -> bytes:
        return self.bodies[coding] if coding else gzip.decompress(self.bodies["gzip"])

    def write_headers(self, coding: str) -> ResponseHeaders:
        """Those of the answer in one coding."""
        etag = f'"{self.digest}{"-" + coding if coding else ""}"'
        headers = self.headers | {"ETag": etag, "Cache-Control": FRESH, "Vary": "Accept-Encoding"}
        headers["Content-Length"] = str(len(self.body(coding)))
        if coding:
            headers["Content-Encoding"] = coding
        self.written[coding] = ResponseHeaders(headers)
        return self.written[coding]

    def answer_again(self, request: HttpRequest) -> HttpResponse:
        """The same, counted as one that nobody had to make."""
        return self.answer(request, KeptAnswer)


def takes(request: HttpRequest, coding: str) -> bool:
    """Whether the asker understands a coding of contents."""
    for part in request.META.get("HTTP_ACCEPT_ENCODING", "").split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() in (coding, "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class PageCache:
    """Answers by their keys, up to so many bytes; those not asked for longest go first."""

    def __init__(self, most: int):
        self.most = most
        self.size = 0
        self._kept: OrderedDict[PageKey, Kept] = OrderedDict()
        self._being_made: dict[PageKey, Event] = {}
        self._lock = Lock()

    def get(self, key: PageKey) -> Kept | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: PageKey, kept: Kept) -> None:
        with self._lock:
            self._forget(key)
            if kept.size > self.largest:
                return
            self._kept[key] = kept
            self.size += kept.size
            while self.size > self.most:
                self._forget(next(iter(self._kept)))
            KEPT_BYTES.set(self.size)
            KEPT_PAGES.set(len(self._kept))

    @property
    def largest(self) -> int:
        """No single answer takes the place of all others."""
        return self.most // 4

    def _forget(self, key: PageKey) -> None:
        if gone := self._kept.pop(key, None):
            self.size -= gone.size

    @contextmanager
    def making(self, key: PageKey) -> Iterator[Event | None]:
        """None for the first who comes to make an answer; for others what is set when the first has made it."""
        with self._lock:
            being_made = self._being_made.get(key)
            if being_made is None:
                made = self._being_made[key] = Event()
        if being_made:
            yield being_made
            return
        try:
            yield None
        finally:
            with self._lock:
                del self._being_made[key]
            made.set()


def kept_pages(get_response: Callable[[HttpRequest], HttpResponseBase]):
    """Answer with the page that was made of the same data; make it anew where somebody has written since.

    While one request makes a page, others have the last one. Nothing is kept where `PAGE_CACHE_BYTES` is 0.
    """
    if not settings.PAGE_CACHE_BYTES:
        raise MiddlewareNotUsed
    database = version_of_database()
    if database is None:
        raise MiddlewareNotUsed
    pages = PageCache(settings.PAGE_CACHE_BYTES)

    def answer(request: HttpRequest) -> HttpResponseBase:
        if is_logged_in(request):
            return for_one_reader(get_response(request))
        if request.method not in ("GET", "HEAD") or request.path.startswith(settings.STATIC_URL):
            return get_response(request)
        version, key = database.read(), key_of(request)
        if version is None or key is None:
            return get_response(request)
        kept = pages.get(key)
        if kept and kept.is_right(version):
            kept.right_at = time.monotonic()
            return kept.answer_again(request)
        with pages.making(key) as being_made:
            if kept and being_made and (last := last_copy(pages, key, kept, being_made)):
                return last.answer_again(request)
            return make(request, key, version)

    def make(request: HttpRequest, key: PageKey, version: Hashable) -> HttpResponseBase:
        read_at, right_at = datetime.now(timezone.utc).isoformat(timespec="milliseconds"), time.monotonic()
        response = get_response(request)
        if request.method == "HEAD" or not may_be_kept(response):
            return response
        response[READ_AT] = read_at
        day = getattr(request, OF_DAY, None)

        def keep(made: Kept) -> None:
            made.day = day
            pages.keep(key, made)

        if response.streaming:
            return compress_on_the_way(request, response, keep, version, right_at, pages.largest)
        made = compressed(response, version, right_at)
        keep(made)
        return made.answer(request)

    return answer


def last_copy(pages: PageCache, key: PageKey, kept: Kept, being_made: Event) -> Kept | None:
    """What is given while another request makes a page: the copy from before a write as long as it `may_be_behind`,
    then the new one when it is there. None where that does not come."""
    if kept.may_be_behind:
        return kept
    being_made.wait(BEHIND_AT_MOST)
    newer = pages.get(key)
    return newer if newer is not kept else None


def key_of(request: HttpRequest) -> PageKey | None:
    """Of an address whose parameters stand in another order, or that has marks of other sites, it is the same. None of
    one that Django refuses, which is told further in."""
    try:
        # Most addresses have no query.
        query = without_marks(request.GET) if request.META.get("QUERY_STRING") else QueryDict()
        host = request.get_host()
    except SuspiciousOperation:
        return None
    ordered = sorted((name, value) for name, values in query.lists() for value in values)
    return PageKey(request.scheme or "", host, request.path, tuple(ordered))


def may_be_kept(response: HttpResponseBase) -> bool:
    """Whether an answer is everybody's: whole, without a cookie, and not forbidden to be kept."""
    return response.status_code == 200 and not response.cookies and not response.has_header("Cache-Control")


def is_logged_in(request: HttpRequest) -> bool:
    """Whether the cookie is of somebody who is logged in: anybody can send one. One query, of whoever sends one."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return False
    try:
        return SESSION_KEY in SessionStore(key)
    except (DatabaseError, ValueError):
        return True  # What is wrong is told further in.


def for_one_reader(response: HttpResponseBase) -> HttpResponseBase:
    """What somebody who is logged in sees is kept by no proxy."""
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-store"
    return response


def compressed(response: HttpResponse, version: Hashable, right_at: float) -> Kept:
    body = response.content
    bodies = {"br": brotli.compress(body, quality=BROTLI), "gzip": gzip.compress(body, GZIP, mtime=0)}
    return Kept(version, headers_of(response), digest_of(body), bodies, right_at)


def compress_on_the_way(
    request: HttpRequest,
    response: HttpResponseBase,
    keep: Callable[[Kept], None],
    version: Hashable,
    right_at: float,
    largest: int,
) -> HttpResponseBase:
    """An answer that is written while it is sent is compressed while it is sent, and kept when all of it has been."""
    zipped = takes(request, "gzip")
    headers = headers_of(response)

    def pieces(plain: Iterable[bytes]) -> Iterator[bytes]:
        packer, digest, packed, size = zlib.compressobj(GZIP, wbits=31), blake2b(digest_size=12), [], 0
        for block in chain(plain, [None]):
            piece = packer.flush() if block is None else packer.compress(block)
            digest.update(block or b"")
            if (size := size + len(piece)) <= largest:
                packed.append(piece)
            if part := piece if zipped else block:
                yield part
        if size <= largest:
            keep(Kept(version, headers, digest.hexdigest(), {"gzip": b"".join(packed)}, right_at))

    response.streaming_content = pieces(response.streaming_content)
    response["Cache-Control"], response["Vary"] = FRESH, "Accept-Encoding"
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response


def headers_of(response: HttpResponseBase) -> dict[str, str]:
    return {name: value for name, value in response.items() if name.lower() not in OWN_HEADERS}


def digest_of(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()
