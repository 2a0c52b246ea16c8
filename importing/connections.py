"""Connections to the web within limits: to public addresses alone, no later than a deadline, with headers no longer
than so much."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import urllib.request
from functools import partial
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

MAX_HEADERS = 64 * 1024
"""Bytes of all headers of one answer. Python takes no more than a hundred of them."""


class PrivateAddress(OSError):
    """A name that leads to this machine or into its network; the text is the address."""


def connect(to: tuple[str, int], timeout: float, source=None, *, deadline: float, only_public: bool) -> socket.socket:
    """A connection to a server. Its address is judged just before it is used, for what a name leads to may change."""
    failed: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(*to, type=socket.SOCK_STREAM):
        if only_public and not is_public(str(address[0])):
            raise PrivateAddress(str(address[0]))
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(seconds_until(deadline))
            connection.connect(address)
        except OSError as error:
            connection.close()
            failed = error
        else:
            return connection
    raise failed or OSError("the name leads to no address")


def is_public(address: str) -> bool:
    """Whether an address is of the public web: not of this machine, nor of a home or an office."""
    found = ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast


def seconds_until(deadline: float) -> float:
    """The seconds that are left; raise TimeoutError where none are."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Reading(io.RawIOBase):
    """What a server sends: no later than the deadline, and while `header_bytes_left` is set, no more than that."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket, deadline: float):
        self.raw, self.connection, self.deadline = raw, connection, deadline
        self.header_bytes_left: int | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int | None:
        self.connection.settimeout(seconds_until(self.deadline))
        count = self.raw.readinto(buffer)
        if self.header_bytes_left is not None and count:
            self.header_bytes_left -= count
            if self.header_bytes_left < 0:
                raise http.client.LineTooLong("headers")
        return count

    def close(self) -> None:
        self.raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, connection: socket.socket, *args, deadline: float, **kwargs):
        super().__init__(connection, *args, **kwargs)
        self._reading = _Reading(self.fp.detach(), connection, deadline)
        self.fp = io.BufferedReader(self._reading)

    def begin(self) -> None:
        self._reading.header_bytes_left = MAX_HEADERS
        super().begin()
        self._reading.header_bytes_left = None


class _Within:
    """A connection of http.client whose socket is made, and whose answers are read, within the limits."""

    def __init__(self, *args, deadline: float, only_public: bool, **kwargs):
        super().__init__(*args, **kwargs)
        # Private to http.client, and the one place where it makes its socket: proxies' tunnels and TLS build on it.
        self._create_connection = partial(connect, deadline=deadline, only_public=only_public)
        self.response_class = partial(_Answer, deadline=deadline)


class _Plain(_Within, http.client.HTTPConnection):
    pass


class _Encrypted(_Within, http.client.HTTPSConnection):
    pass


class Handler(urllib.request.AbstractHTTPHandler):
    """Opens http(s) addresses. A proxy of the environment is its owner's, wherever it is, and looks names up itself."""

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def __init__(self, deadline: float, only_public: bool):
        super().__init__()
        self.deadline, self.only_public = deadline, only_public

    def http_open(self, request: urllib.request.Request):
        return self.do_open(self._limited(_Plain, request), request)

    def https_open(self, request: urllib.request.Request):
        return self.do_open(self._limited(_Encrypted, request), request, context=ssl.create_default_context())

    def _limited(self, kind, request: urllib.request.Request):
        direct = unquote(urlsplit(request.full_url).netloc) == request.host
        return partial(kind, deadline=self.deadline, only_public=self.only_public and direct)
