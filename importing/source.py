"""Reading a file or an address of the web, within limits of time and size."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import stat
import time
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from racestats.formatting import megabytes

from .connections import Handler, PrivateAddress
from .problems import Problem

TIMEOUT = 30.0
"""Seconds for a whole answer."""

MAX_BYTES = 64_000_000
CHUNK = 64 * 1024
LONGEST_HEADER = 200
"""Characters of what a server knows its answers by; a longer one is not kept."""


class Unreadable(Exception):
    """A file or address that cannot be read; its text says why, in a sentence.

    `missing`: the server has no such file; `broken`: the answer broke off, and another try may bring it; `busy`: the
    server asks to come later, in `wait` seconds where it says so; `silent`: it did not answer in time, or cannot be
    reached.
    """

    def __init__(
        self,
        location: str,
        reason: str,
        *,
        missing: bool = False,
        broken: bool = False,
        busy: bool = False,
        wait: float | None = None,
        silent: bool = False,
    ):
        self.missing = missing
        self.broken = broken
        self.busy = busy
        self.wait = wait
        self.silent = silent
        self.problem = Problem(location, "the whole file", "", reason, "unreadable")
        super().__init__(f"{location}: {reason}")


class Answer(NamedTuple):
    """What a server has: its bytes, or None where nothing has changed; and what it will know them by."""

    data: bytes | None
    etag: str = ""
    last_modified: str = ""


def read(location: str, *, timeout: float = TIMEOUT, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a file, or of an http(s) address; raise Unreadable."""
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]+):", location)
    if scheme and scheme[1].lower() in ("http", "https"):
        answer = fetch(location, timeout=timeout, max_bytes=max_bytes)
        if answer.data is None:
            raise Unreadable(location, "the server answers 304 Not Modified, which it was not asked.")
        return answer.data
    if scheme and ("://" in location or scheme[1].lower() in ("file", "data", "ftp")):
        raise Unreadable(location, f"only files and http(s) addresses can be read, not {scheme[1].lower()}:.")
    return _load(location, max_bytes)


def _load(location: str, max_bytes: int) -> bytes:
    try:
        path = Path(location)
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Unreadable(location, "this is a directory; name a file in it.")
        if not stat.S_ISREG(mode):
            raise Unreadable(location, "this is no ordinary file.")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise Unreadable(location, "there is no such file.") from None
    except NotADirectoryError:
        raise Unreadable(location, "a part of this path is a file, not a directory.") from None
    except PermissionError:
        raise Unreadable(location, "you are not allowed to read this file.") from None
    except (OSError, ValueError) as error:
        raise Unreadable(location, f"the file cannot be read ({_short(error)}).") from None
    if len(data) > max_bytes:
        raise Unreadable(location, _too_large(max_bytes))
    return data


class _WebOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http(s) only, never to a file or another protocol."""

    max_redirections = 5

    def redirect_request(self, request, file, code, message, headers, new):
        if not new.lower().startswith(("http://", "https://")):
            raise urllib.error.HTTPError(request.full_url, code, "not to the web", headers, file)
        return super().redirect_request(request, file, code, message, headers, new)


def _opener(deadline: float) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        Handler(deadline, only_public=not settings.FETCH_PRIVATE),
        urllib.request.HTTPDefaultErrorHandler(),
        _WebOnly(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", agent()), ("Accept", "application/json, text/csv, */*")]
    return opener


def agent() -> str:
    """How a server is told who asks: “racestats/0.2.0 (+https://example.org/)”."""
    hosts = (host.lstrip(".") for host in settings.ALLOWED_HOSTS)
    public = next((host for host in hosts if "." in host and not re.fullmatch(r"[0-9.]+", host)), None)
    return f"racestats/{settings.VERSION}" + (f" (+https://{public}/)" if public else "")


def fetch(
    location: str,
    *,
    etag: str = "",
    last_modified: str = "",
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
) -> Answer:
    """What an http(s) address answers; raise Unreadable. Whoever has an answer already names what it is known by."""
    deadline = time.monotonic() + timeout
    too_slow = f"the server did not answer in full within {timeout:g} seconds."
    known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    try:
        request = urllib.request.Request(location, headers={name: each for name, each in known.items() if each})
        with _opener(deadline).open(request, timeout=timeout) as answer:
            data = _body(answer, location, max_bytes)
            return Answer(data, *(_short_header(answer, name) for name in ("ETag", "Last-Modified")))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 304:
            return Answer(None, etag, last_modified)
        reason = f"the server answers {error.code} {http.client.responses.get(error.code, '')}".rstrip() + "."
        if 300 <= error.code < 400:
            reason = f"the server sends on ({error.code}), but to no http(s) address that can be followed."
        busy = error.code in (429, 503)
        wait = _seconds(error.headers.get("Retry-After", "")) if busy else None
        raise Unreadable(location, reason, missing=error.code in (404, 410), busy=busy, wait=wait) from None
    except urllib.error.URLError as error:
        broken = isinstance(error.reason, ConnectionResetError)
        raise Unreadable(location, _connection(error.reason, too_slow), broken=broken, silent=True) from None
    except TimeoutError:
        raise Unreadable(location, too_slow, silent=True) from None
    except (http.client.InvalidURL, UnicodeError, ValueError) as error:
        raise Unreadable(location, f"this is no proper address ({_short(error)}).") from None
    except http.client.IncompleteRead:
        raise Unreadable(location, "the answer broke off in the middle.", broken=True) from None
    except http.client.RemoteDisconnected:
        raise Unreadable(location, "the server hung up without an answer.", broken=True) from None
    except http.client.HTTPException as error:
        if str(error).startswith("got more than"):
            raise Unreadable(location, f"the server's headers are too long ({_short(error)}).") from None
        raise Unreadable(location, f"the server does not speak http ({_short(error)}).") from None
    except OSError as error:
        raise Unreadable(
            location, _connection(error, too_slow), broken=isinstance(error, ConnectionResetError)
        ) from None


def _body(answer, location: str, max_bytes: int) -> bytes:
    """The body in pieces, so that an endless one does not fill the memory."""
    announced = answer.headers.get("Content-Length", "")
    length = int(announced) if re.fullmatch(r"[0-9]{1,18}", announced) else None
    if length is not None and length > max_bytes:
        raise Unreadable(location, _too_large(max_bytes))
    pieces, size = [], 0
    while piece := answer.read1(CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise Unreadable(location, _too_large(max_bytes))
    if length is not None and size < length:
        raise Unreadable(location, f"the answer broke off after {size} of {length} bytes.", broken=True)
    return b"".join(pieces)


def _short_header(answer, name: str) -> str:
    """A header that can be sent back as it came, or nothing."""
    value = answer.headers.get(name, "")
    return value if len(value) <= LONGEST_HEADER and value.isascii() and value.isprintable() else ""


def _seconds(retry_after: str) -> float | None:
    """How long a server asks to wait: it says so in seconds, or by the time."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return float(retry_after)
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


def _connection(reason: OSError | str, too_slow: str) -> str:
    if isinstance(reason, str):
        return f"this is no proper address ({reason})."
    if isinstance(reason, TimeoutError):
        return too_slow
    if isinstance(reason, PrivateAddress):
        return (
            f"the name leads to {reason}, which is no address of the web but of this machine or its network. "
            "FETCH_PRIVATE=true in the environment lets such addresses be read."
        )
    if isinstance(reason, socket.gaierror):
        return "there is no server of that name, or no connection to it."
    if isinstance(reason, ConnectionRefusedError):
        return "the server refuses the connection."
    if isinstance(reason, ssl.SSLError):
        return f"the server's certificate or encryption is not sound ({_short(reason)})."
    return f"the connection failed ({_short(reason)})."


def _too_large(max_bytes: int) -> str:
    size = megabytes(max_bytes) if max_bytes >= 1_000_000 else f"{max_bytes:,} bytes"
    return f"this is larger than the {size} allowed."


def _short(error) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error or type(error).__name__).split())[:120].rstrip(".")
