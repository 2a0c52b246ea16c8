"""Requests at a pace, over connections that stay, each answer noted with its time and with the version it carries."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

AHEAD = "X-Forwarded-Proto: https\r\nAccept-Encoding: br, gzip\r\n"


@dataclass(frozen=True)
class TimedAnswer:
    path: str
    sent: float
    seconds: float
    status: int
    read_at: float
    """0 where the connection broke or the answer has no version."""


def ask_at_a_pace(port: int, paths: Sequence[str], rate: float, seconds: float, connections: int) -> list[TimedAnswer]:
    """What came back of so many requests a second; `seconds` of an answer count from when it should have been sent."""
    return asyncio.run(_all(port, paths, rate, seconds, connections))


async def _all(port: int, paths: Sequence[str], rate: float, seconds: float, connections: int) -> list[TimedAnswer]:
    found: list[TimedAnswer] = []
    begin = time.time() + 0.2
    count = int(rate * seconds)
    # An iterator that all connections share: who is free takes the next.
    due = iter([(begin + n / rate, paths[n % len(paths)]) for n in range(count)])
    await asyncio.gather(*(_one(port, due, found, begin + seconds + 5) for _ in range(connections)))
    return found


async def _one(port: int, due, found: list[TimedAnswer], end: float) -> None:
    reader = writer = None
    for when, path in due:
        if (now := time.time()) > end:
            return
        if when > now:
            await asyncio.sleep(when - now)
        sent = time.time()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{AHEAD}\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
            await reader.readexactly(int(headers.get("content-length", 0)))
            said = headers.get("x-read-at", "").upper()
            read_at = datetime.fromisoformat(said).timestamp() if said else 0.0
            found.append(TimedAnswer(path, sent, time.time() - when, int(head[0].split()[1]), read_at))
        except (OSError, asyncio.IncompleteReadError):
            found.append(TimedAnswer(path, sent, time.time() - when, 0, 0.0))
            if writer:
                writer.close()
            reader = writer = None
    if writer:
        writer.close()


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]
