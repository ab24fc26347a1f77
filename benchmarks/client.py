"""A small closed-loop load client: each connection sends its next request when the answer to the last is in.

Every answer's status and length is checked: a tool that takes a redirect to the sign-in page for a page reports speed
where there was none.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


class WrongAnswer(RuntimeError):
    """An answer that isn't the page that was measured."""


@dataclass(frozen=True)
class Request:
    """What to ask, and which answer is right. `body` is made anew for each request of a connection."""

    path: str
    headers: Mapping[str, str]
    status: int = 200
    least_bytes: int = 0
    method: str = "GET"
    body: Callable[[int], str] | None = None
    """From the connection's number to a form."""
    path_of: Callable[[int], str] | None = None
    """For requests whose address depends on the connection."""
    headers_of: Callable[[int], Mapping[str, str]] | None = None
    """For connections of different people."""


@dataclass
class Timing:
    """What some rounds of one request took."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    count: int = 0

    def add(self, latencies: list[float], wall: float) -> None:
        """Count a round in."""
        self.seconds += latencies
        self.wall += wall
        self.count += len(latencies)

    @property
    def p50(self) -> float:
        """The middle answer, in seconds."""
        ordered = sorted(self.seconds)
        return ordered[len(ordered) // 2]

    @property
    def per_second(self) -> float:
        """Answers per second, over all connections."""
        return self.count / self.wall


class Client:
    """Keep-alive connections to one server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connections: dict[int, http.client.HTTPConnection] = {}

    def run(self, *turn: Request, connections: int, each: int) -> tuple[list[float], float]:
        """Send `each` requests on every connection, those of `turn` one after another.

        Returns all latencies and the wall time, in seconds.
        """
        found: list[float] = []
        failed: list[BaseException] = []

        def work(number: int) -> None:
            try:
                found.extend([self._send(number, turn[at % len(turn)]) for at in range(each)])
            except BaseException as error:  # noqa: BLE001 - raised again by the caller
                failed.append(error)

        start = time.perf_counter()
        if connections == 1:
            work(0)
        else:
            threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        wall = time.perf_counter() - start
        if failed:
            raise failed[0]
        return found, wall

    def _send(self, number: int, request: Request) -> float:
        connection = self.connections.get(number)
        if connection is None:
            connection = self.connections[number] = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        path = request.path_of(number) if request.path_of else request.path
        body = request.body(number) if request.body else None
        headers = dict(request.headers_of(number) if request.headers_of else request.headers)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        connection.request(request.method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        taken = time.perf_counter() - start
        if answer.status != request.status or len(data) < request.least_bytes:
            raise WrongAnswer(
                f"{request.method} {path}: {answer.status} with {len(data)} bytes,"
                f" expected {request.status} with at least {request.least_bytes}\n{data[:300]!r}"
            )
        return taken

    def close(self) -> None:
        """Close every connection."""
        for connection in self.connections.values():
            connection.close()
