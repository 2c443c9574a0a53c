"""uvicorn's HTTP/1.1 with the bounds it lacks: on slow heads, on tiny chunks, on clients that do not read."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from .intake import FLOODED

_HEAD_BYTES = 1 << 14
_SLICE = 250  # events of one connection between two looks at all others: some milliseconds
_MANY_CHUNKS = 10_000
_SMALL_CHUNK = 64  # bytes

_BAD = b'{"error":{"message":"this is not HTTP/1.1","type":"invalid_request_error"}}'


class _Counting(h11.Connection):
    """Events in slices: after so many it wants no more until told; chunks are counted."""

    left = _SLICE
    deaf = False
    chunks = 0
    chunk_bytes = 0

    @property
    def flooded(self) -> bool:
        return self.chunks > _MANY_CHUNKS and self.chunk_bytes < _SMALL_CHUNK * self.chunks

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        if self.deaf or self.left <= 0 or self.flooded:
            return h11.NEED_DATA
        event = super().next_event()
        if event is h11.NEED_DATA or event is h11.PAUSED:
            return event
        self.left -= 1
        if isinstance(event, h11.Request):
            self.chunks = self.chunk_bytes = 0
        elif isinstance(event, h11.Data):
            self.chunks += event.chunk_start
            self.chunk_bytes += len(event.data)
        return event


class BoundedProtocol(H11Protocol):
    """A connection that cannot be held open for nothing, nor hold up others.

    The head of a request must be complete within `head_seconds` of its first byte, or of the connection's
    start. The same clock runs for a body that still comes after its request was answered (too large, too
    slow): it is read and thrown away for so long, so that the client sees the answer and no reset. Chunks
    are thrown away unparsed, since parsing is what costs; then the connection can carry no other request.

    Bytes of an answer that the system did not take within `write_seconds` end the connection, however few.
    """

    conn: _Counting

    head_seconds: float = 10.0
    write_seconds: float = 60.0
    _head_timer: asyncio.TimerHandle | None = None
    _write_timer: asyncio.TimerHandle | None = None
    _next_slice: asyncio.Handle | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn = _Counting(h11.SERVER, self.config.h11_max_incomplete_event_size or _HEAD_BYTES)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # so that we are told of any byte that waits
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        if self.conn.deaf:
            return
        super().data_received(data)
        if self._next_slice is not None:
            self.transport.pause_reading()  # what came is not read yet
        self._watch_head()

    def handle_events(self) -> None:
        self.conn.left = _SLICE
        super().handle_events()
        if self.conn.flooded:
            self._refuse_chunks()
        elif self.conn.left <= 0 and self._next_slice is None:
            self._next_slice = self.loop.call_soon(self._handle_more)

    def _handle_more(self) -> None:
        self._next_slice = None
        if self.transport.is_closing() or self.conn.deaf:
            return
        self.handle_events()
        if self._next_slice is None and not self.flow.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def _refuse_chunks(self) -> None:
        """Have the door answer, which knows the API; it looks when it is given more of the body."""
        if not self.conn.deaf:
            self.conn.deaf = True
            self.cycle.scope[FLOODED] = self.conn.chunks  # type: ignore[literal-required]  # ours
            self.cycle.message_event.set()
            self.transport.resume_reading()  # to throw away

    def _ignore_rest(self) -> None:
        """Nothing that comes is read any more; the client sees the end of what we say."""
        self.conn.deaf = True
        self.transport.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _watch_head(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_head()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._close)

    def _stop_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._watch_head()
            over = self.cycle.response_complete and not self.transport.is_closing()
            if over and (self.conn.deaf or _in_chunks(self.headers)):
                self._ignore_rest()

    def _close(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(self.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_write()

    def _stop_write(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head()
        self._stop_write()
        if self._next_slice is not None:
            self._next_slice.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP as JSON; in the middle of an answer, only close."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(_BAD)).encode()),
                (b"connection", b"close"),
            ]
            events: list[Any] = [
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=_BAD),
                h11.EndOfMessage(),
            ]
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _in_chunks(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"transfer-encoding" for name, _ in headers)


def bounded(head_seconds: float, write_seconds: float) -> type[H11Protocol]:
    """The protocol with these bounds, as uvicorn takes it: a class."""
    return type(
        "BoundedProtocol", (BoundedProtocol,), {"head_seconds": head_seconds, "write_seconds": write_seconds}
    )
