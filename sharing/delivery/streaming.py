"""COPY … TO STDOUT as an iterator of bytes: constant memory, its own server connection, freed when the client goes.

A thread lets PostgreSQL write into a pipe; the response reads the other end. The pipe's few hundred kilobytes are all
that is ever held, and a slow client slows the query down instead of filling memory.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO

import psycopg2
from django.db import connections
from psycopg2 import sql

CHUNK = 1 << 18
PIPE_SIZE = 1 << 20

RECHECK_SECONDS = 15.0
"""How long bytes may leave on one decision: a suspension reaches what is already running well within its 60 seconds."""

OnEnd = Callable[[int, int, bool], None]
"""Called once with rows, bytes, and whether everything was sent."""


class Recheck:
    """Asks again, no oftener than every RECHECK_SECONDS, whether what is leaving may leave. `ask` raises when not."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._asked_at = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._asked_at >= RECHECK_SECONDS:
            self._ask()
            self._asked_at = time.monotonic()


def file_pieces(file: IO[bytes], recheck: Recheck) -> Iterator[bytes]:
    """A finished file, piece by piece while it may leave; closed at the end."""
    with file:
        while piece := file.read(CHUNK):
            recheck()
            yield piece


class CopyStream:
    """Iterate for the bytes; `close()` at any time cancels the query and gives the connection back.

    `recheck` is asked before each piece; when it raises, the answer breaks off, which the client can tell: a chunked
    body without its last chunk (RFC 9112, 7.1).
    """

    def __init__(
        self, statement: sql.Composed, *, on_end: OnEnd, before: bytes = b"", recheck: Recheck | None = None
    ) -> None:
        self.rows = 0
        self.bytes = 0
        self._on_end = on_end
        self._recheck = recheck
        self._error: BaseException | None = None
        self._is_over = False
        self._connection = _own_connection()
        self._statement = statement.as_string(self._connection)
        self._source, sink = os.pipe()
        _widen(self._source)
        self._thread = threading.Thread(target=self._copy, args=(sink,), daemon=True, name="copy-stream")
        self._thread.start()
        try:
            # The first bytes are awaited here, so that a failing query is an error page and not half a file.
            first = self._read()
            if not first:
                self._thread.join()  # the pipe closes a moment before the error is noted
            if self._error:
                raise self._error
            self._first = before + first
        except BaseException:
            self._finish(is_complete=False)
            raise

    def __iter__(self) -> Iterator[bytes]:
        piece = self._first
        while piece:
            if self._recheck:
                self._recheck()
            self.bytes += len(piece)
            yield piece
            piece = self._read()
        self._thread.join()
        if self._error:
            raise self._error
        self._finish(is_complete=True)

    def close(self) -> None:
        """Called by the server when the response is over, however it ended."""
        self._finish(is_complete=False)

    def _read(self) -> bytes:
        return os.read(self._source, CHUNK)

    def _copy(self, sink: int) -> None:
        try:
            with os.fdopen(sink, "wb", buffering=CHUNK) as pipe, self._connection.cursor() as cursor:
                cursor.copy_expert(self._statement, pipe, CHUNK)
                self.rows = max(cursor.rowcount, 0)
        except BaseException as error:
            self._error = error

    def _finish(self, *, is_complete: bool) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._thread.is_alive():
            self._connection.cancel()
        os.close(self._source)
        self._thread.join()
        self._connection.close()
        self._on_end(self.rows, self.bytes, is_complete)


def _own_connection() -> psycopg2.extensions.connection:
    """A connection beside Django's: no statement time-out, for a pull lasts as long as its client reads."""
    wrapper = connections["default"].copy()
    raw = wrapper.get_new_connection(wrapper.get_connection_params())
    raw.set_session(readonly=True, autocommit=True)
    with raw.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    return raw


def _widen(pipe: int) -> None:
    """A wider pipe saves turns between the two threads, where the system allows it."""
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    except (AttributeError, OSError):
        return
