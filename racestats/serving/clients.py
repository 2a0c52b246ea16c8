"""Who asks: one address for one client, by which log-ins and requests are counted."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

OF_ONE_CLIENT = 64
"""Bits: whoever has one address of IPv6 has all that begin alike."""


def client_of(request: HttpRequest) -> str:
    """The client's address: as the proxy tells it, where the proxy is believed, or else whoever is connected.

    A proxy adds the address that it saw to the end of `X-Forwarded-For`; what stands before, the client may have sent.
    """
    told = ""
    if settings.SECURE_PROXY_SSL_HEADER:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    address = _read(told) or _read(request.META.get("REMOTE_ADDR", ""))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, OF_ONE_CLIENT), strict=False))
    return str(address or "unknown")


def is_known(client: str) -> bool:
    """Whether it is one client: behind a proxy that tells no address all seem to be on this machine."""
    return client != "unknown" and not ip_network(client).is_loopback


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
