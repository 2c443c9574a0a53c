"""What runs in a worker process: bytes of a body in, bytes of an answer out."""

from __future__ import annotations

import json
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from limbeck.core.errors import LawError, LimbeckError

from .answers import Answer, Refused
from .errors import Refusal
from .intake import parse
from .settings import Limits

READY = b"ready"
BEGUN = b"begun"
"""What a worker says when it is up, and when it has the whole of a job."""

_FRAME_BYTES = 1 << 16
CHATS = ("chat", "responses", "messages")
"""Contracts of whole APIs: these are asked for other models too."""


@dataclass(frozen=True)
class Job:
    """What a worker is sent."""

    contract: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """What a worker sends back, ready for the wire.

    Attributes:
        status, media, chunks: Of the answer; several chunks are sent one after the other.
        headers: In lower case.
        originals: For `/v1/retrieve`, in UTF-8.
        refused: In place of the chunks; the shape depends on the route.
        bug: Where an unforeseen error happened, for the log: its type and place, not what it says.
        peak_bytes: The most memory this worker ever had.
    """

    status: int = 200
    media: str = "application/json"
    chunks: tuple[bytes, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    originals: dict[str, bytes] = field(default_factory=dict)
    tokens_before: int = 0
    tokens_after: int = 0
    fallback: str = ""
    refused: Refused | None = None
    bug: str = ""
    peak_bytes: int = 0


def run_worker(pipe: Connection, contracts: str, limits: Limits) -> None:
    """Answer jobs until the pipe is closed. Signals are for the server, which waits for what was begun."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    module = import_module(contracts)
    import limbeck

    limbeck.compact("first line\nsecond line\n" * 20, keep=0.5)  # read what is read once
    try:
        pipe.send_bytes(READY)
        while True:
            contract = pipe.recv_bytes().decode("ascii")
            job = Job(contract, pipe.recv_bytes())
            pipe.send_bytes(BEGUN)
            reply = answer(module, job, limits)
            pipe.send_bytes(pickle.dumps(reply, protocol=5))
            del job, reply
    except (EOFError, OSError):
        return  # the server is gone


def answer(module: ModuleType, job: Job, limits: Limits) -> Reply:
    """Parse a body, ask the contract, put the answer into bytes. Nothing is raised: a door."""
    try:
        answered = _ask(module, job.contract, parse(job.body, limits))
        if isinstance(answered, Refused):
            return Reply(status=answered.status, refused=answered, peak_bytes=_peak_bytes())
        return _ready(answered)
    except Refusal as refusal:
        return Reply(
            status=refusal.refused.status,
            refused=refusal.refused,
            headers=refusal.headers,
            peak_bytes=_peak_bytes(),
        )
    except LawError as error:  # a bug of ours, whatever the request was
        refused = Refused(500, "server_error", str(error), "LawError")
        return Reply(status=500, refused=refused, bug=place_of(error), peak_bytes=_peak_bytes())
    except LimbeckError as error:
        refused = Refused(400, "invalid_request_error", str(error), type(error).__name__)
        return Reply(status=400, refused=refused, peak_bytes=_peak_bytes())
    except MemoryError:
        refused = Refused(
            413, "invalid_request_error", "the request needs more memory than there is; send less"
        )
        return Reply(status=413, refused=refused, peak_bytes=sys.maxsize)
    except Exception as error:  # the door: a bug of ours is told by its place, not by what the request said
        refused = Refused(500, "server_error", "an unforeseen error of ours; the server's log says where")
        return Reply(status=500, refused=refused, bug=place_of(error), peak_bytes=_peak_bytes())


def _ask(module: ModuleType, contract: str, body: dict[str, Any]) -> Answer | Refused:
    ask: Callable[..., Answer | Refused] = module.CONTRACTS[contract]
    model = body.get("model")
    if contract in CHATS:
        return ask(body, fallback=isinstance(model, str) and not module.is_ours(model))
    return ask(body)


def _ready(answered: Answer) -> Reply:
    if answered.events is None:
        media, chunks = "application/json", [encode_json(answered.body)]
    else:
        media, chunks = "text/event-stream", list(_joined(answered.events))
    return Reply(
        status=answered.status,
        media=media,
        chunks=tuple(chunks),
        headers=answered.headers,
        originals={name: text.encode("utf-8", "surrogatepass") for name, text in answered.originals.items()},
        tokens_before=answered.tokens_before,
        tokens_after=answered.tokens_after,
        fallback=answered.fallback,
        peak_bytes=_peak_bytes(),
    )


def _joined(frames: Iterable[bytes]) -> Iterable[bytes]:
    """The same bytes in fewer pieces: each piece costs a turn of the event loop."""
    gathered = bytearray()
    for frame in frames:
        gathered += frame
        if len(gathered) >= _FRAME_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def encode_json(value: object) -> bytes:
    """JSON in UTF-8; with escapes where a text has lone surrogates, which UTF-8 cannot say."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")


def place_of(error: BaseException) -> str:
    """Type and place of an error; not its message, which may quote a request."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-4:]))
    return f"{type(error).__name__} at {where}"


def _peak_bytes() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
