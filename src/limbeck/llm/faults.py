"""What went wrong with a question, from whatever was raised: a kind, words without keys, whether to try again."""

from __future__ import annotations

import email.utils
import math
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from limbeck.core.distiller import Ask, Failed, Fault

from .endpoints import Endpoint
from .secret import Secret
from .transport import ErrorBody, NotEvents, TooMuch, WireError

RAISED: Final = (
    WireError,
    OSError,
    ValueError,  # broken JSON, texts that cannot be encoded
    RecursionError,  # JSON nested without end
    # The SDKs build objects from unchecked JSON; an event of an odd shape ends in one of these.
    AttributeError,
    LookupError,
    TypeError,
)
"""What reading an answer can raise, besides the errors of the SDK and of its HTTP library."""

_DETAIL_CHARS: Final = 400
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_QUOTA: Final = re.compile(r"insufficient_quota|billing|credit balance", re.I)
_WINDOW: Final = re.compile(
    r"context[ _](?:length|window|size)|prompt is too long|maximum context|too many (?:input )?tokens", re.I
)
# How endpoints tell that they lack a feature that was asked for, and what is then done without.
_LACKS: Final = (
    (
        "schema",
        re.compile(r"response_format|json_schema|output_config|structured|schema|grammar|guided", re.I),
    ),
    ("usage", re.compile(r"stream_options|include_usage", re.I)),
    ("bound", re.compile(r"max_(?:completion_)?tokens", re.I)),
)
_NOT_KNOWN: Final = re.compile(r"support|unknown|unrecogni|unexpected|extra|permitted|allowed", re.I)
_BUSY: Final = re.compile(r"overload|rate.?limit|too many requests|capacity|unavailable", re.I)


@dataclass(frozen=True)
class Trouble:
    """A fault of one try.

    Attributes:
        kind, detail: As of `Failed`.
        passing: Whether another try may go better.
        wait_seconds: How long the endpoint asks to wait, at least.
        lacks: A feature to do without; the next try costs no retry.
    """

    kind: Fault
    detail: str
    passing: bool = False
    wait_seconds: float = 0.0
    lacks: str = ""

    def failed(self, more: str = "") -> Failed:
        return Failed(self.kind, self.detail + more)


def trouble(error: Exception, endpoint: Endpoint, ask: Ask, begun: bool) -> Trouble:
    """What an error says; `begun` if a part of the answer had come."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, TooMuch):
            return Trouble("too_large", str(cause))
        if isinstance(cause, NotEvents):
            return Trouble("malformed", plain(str(cause), endpoint.secret))
    status = getattr(error, "status_code", None)
    said = _said(error)
    detail = plain(said, endpoint.secret)
    if isinstance(status, int) and status != 200:
        return _of_status(status, said, detail, error, endpoint, ask)
    names = {kind.__name__ for cause in causes for kind in type(cause).__mro__}
    if names & {"TimeoutException", "APITimeoutError", "TimeoutError"}:
        return Trouble("timeout", f"{endpoint.url} took too long", passing=True)
    if names & {"ConnectError", "ProxyError", "UnsupportedProtocol"}:
        why = plain(_deepest(causes), endpoint.secret)
        return Trouble("absent", f"{endpoint.url} cannot be reached: {why}", passing=True)
    if names & {"NetworkError", "ProtocolError", "StreamError", "OSError"}:
        when = "in the middle of the answer" if begun else "before an answer came"
        return Trouble("cut", f"the connection broke off {when}", passing=True)
    # An error event in the stream, or an error where a whole answer should be.
    if isinstance(error, ErrorBody) or (names & {"APIError"} and not isinstance(error, ValueError)):
        code = str(getattr(error, "code", "") or "")
        busy = code in ("429", "503", "529") or bool(_BUSY.search(said))
        how = "answered with" if isinstance(error, ErrorBody) else "broke off with"
        told = f"the endpoint {how} an error: {detail}"
        return Trouble("overloaded" if busy else "error", told, passing=True)
    return Trouble("malformed", f"the answer is not what the protocol says: {detail or type(error).__name__}")


def _of_status(
    status: int, said: str, detail: str, error: Exception, endpoint: Endpoint, ask: Ask
) -> Trouble:
    told = f"HTTP {status}: {detail}" if detail else f"HTTP {status}"
    if 300 <= status < 400:
        where = plain(_header(error, "location"), endpoint.secret)
        return Trouble("refused", f"HTTP {status}: the endpoint redirects to {where}; redirects are not followed, "
                       "give the final URL")  # fmt: skip
    if status == 413 or (status in (400, 422) and _WINDOW.search(said)):
        return Trouble("too_large", told)
    if status in (400, 422):
        return Trouble("refused", told, lacks=_lacks(said, ask))
    if status == 404:
        return Trouble("refused", f"{told}; is {endpoint.model!r} a model of {endpoint.url}?")
    if status == 429 and _QUOTA.search(said):
        return Trouble("refused", told)
    wait = retry_after(_headers(error), time.time())
    if status in (429, 503, 504, 529):
        return Trouble("overloaded", told, passing=True, wait_seconds=wait)
    if status >= 500 or status in (408, 409, 425):
        return Trouble("error", told, passing=status != 501, wait_seconds=wait)
    hint = ""
    if status in (401, 403):
        hint = "; check the key" if endpoint.secret else "; no key is configured, set LIMBECK_MODEL_KEY"
    return Trouble("refused", told + hint)


def _lacks(said: str, ask: Ask) -> str:
    """The feature that an endpoint does not have, by its words; empty if they are about something else."""
    for feature, words in _LACKS:
        if words.search(said) and (
            ask.schema is not None if feature == "schema" else _NOT_KNOWN.search(said)
        ):
            return feature
    return ""


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Seconds that an endpoint asks to wait, by `retry-after-ms` or `retry-after` (seconds or a date); else 0.

    Args:
        headers: Of the answer, with a `get` that knows lower-case names.
        now: Seconds since 1970.
    """
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        given = headers.get(name)
        if not given:
            continue
        try:
            seconds = float(given) * scale
        except ValueError:
            try:
                seconds = email.utils.parsedate_to_datetime(given).timestamp() - now
            except (ValueError, TypeError, OverflowError):
                continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return 0.0


def plain(said: str, secret: Secret) -> str:
    """What an endpoint said, as one short line without the key and without what steers a terminal."""
    cut = said[: 20 * _DETAIL_CHARS]
    line = _CONTROL.sub(" ", secret.scrub_error(cut)).encode(errors="replace").decode()
    line = " ".join(line.split())
    return line if len(line) <= _DETAIL_CHARS else line[: _DETAIL_CHARS - 1] + "…"


def _said(error: Exception) -> str:
    """The endpoint's own words, from the shapes that its error may have."""
    body = getattr(error, "body", None)
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        if isinstance(inner, Mapping):
            words = [inner.get(name) for name in ("message", "detail", "code", "type")]
            said = [str(word) for word in words if isinstance(word, str | int) and word != ""]
            return "; ".join(dict.fromkeys(said)) or str(body)
        return str(inner)
    if isinstance(body, str) and body:
        return body
    return str(error)


def _headers(error: Exception) -> Mapping[str, str]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}


def _header(error: Exception, name: str) -> str:
    return str(_headers(error).get(name, "somewhere else"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _deepest(causes: tuple[Any, ...]) -> str:
    """The words of the operating system, if it had any."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return str(cause.strerror)
    return next((str(cause) for cause in causes if str(cause)), type(causes[0]).__name__)
