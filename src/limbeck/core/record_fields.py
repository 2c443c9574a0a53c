"""What the fields of a record must hold, and the check that says which one does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from .errors import FormatError

_SPAN: Final = (int, int, int)
_WRITTEN: Final = {"handle": str, "text": str, "evidence": [_SPAN]}
_PLACED: Final = _WRITTEN | {"row": int, "source": int, "start": int, "end": int}
_PIN: Final = {"hard": bool, "reason": str, "weight": float}
_DECISION: Final = {
    "source": int, "start": int, "end": int, "kept": bool, "reason": str, "score": None, "marker": str,
    "form?": int, "needs?": int, "pin?": _PIN, "written?": _WRITTEN,
}  # fmt: skip
_USAGE: Final = {
    "tokens_before": int, "tokens_after": int, "limit_tokens": int, "counter": str, "exact": bool,
    "seconds": float,
}  # fmt: skip
FIELDS: Final = {
    "format": str,
    "method": str,
    "query": str,
    "material": bool,
    "usage": _USAGE,
    "checks": [{"name": str, "passed": bool, "detail": str}],
    "notes": [str],
    "messages": [dict],
    "text": str,
    "kept_spans": [(int, int)],
    "markers": [_WRITTEN],
    "sources": [{"message": int, "pointer": str, "kind": str, "part?": int, "content": str, "text": str}],
    "input": [{"role": str, "group": int, "rider_tokens": int, "segments": int}],
    "decisions": [_DECISION],
    "written": [_PLACED],
}
"""Each field: a type; None for a number or null; `[x]` for a list of x; a tuple for a list of just so many; a
mapping for an object, in which `?` stands behind the names that may be absent."""

_NAMES: Final[Mapping[object, str]] = {
    str: "a text", int: "a whole number", float: "a number", bool: "true or false", dict: "an object",
    None: "a number or null",
}  # fmt: skip


def conform(value: Any, wanted: Any = FIELDS, where: str = "") -> None:
    """Check a value against what is wanted of it.

    Fields that are not known are refused, but those of the outermost object.

    Raises:
        FormatError: Names the first place that holds something else, what stands there, and what should.

    Cost: linear; about a microsecond for each field.
    """
    if isinstance(wanted, dict):
        _object(value, wanted, where)
    elif isinstance(wanted, list):
        if not isinstance(value, list | tuple):
            _refuse(value, "a list", where)
        for number, item in enumerate(value):
            conform(item, wanted[0], f"{where}[{number}]")
    elif isinstance(wanted, tuple):
        if not isinstance(value, list | tuple) or len(value) != len(wanted):
            _refuse(value, f"a list of {len(wanted)} whole numbers", where)
        for number, item in enumerate(value):
            conform(item, wanted[number], f"{where}[{number}]")
    elif not _is(value, wanted):
        _refuse(value, _NAMES[wanted], where)


def _object(value: Any, wanted: Mapping[str, Any], where: str) -> None:
    if not isinstance(value, Mapping):
        _refuse(value, "an object", where)
    lead = f"{where}." if where else ""
    known = 0
    for field, kind in wanted.items():
        name = field.removesuffix("?")
        if name in value:
            known += 1
            item = value[name]
            if type(item) is not kind:  # most are; the rest is looked at closely
                conform(item, kind, lead + name)
        elif name == field:
            raise FormatError(f"the limbeck record is damaged: {lead}{name} is missing")
    if known < len(value) and where:
        odd = next(name for name in value if name not in wanted and f"{name}?" not in wanted)
        raise FormatError(f"the limbeck record is damaged: {lead}{odd} is not a field of a record")


def _is(value: object, wanted: type | None) -> bool:
    if wanted is None:
        return value is None or _is(value, float)
    if wanted is dict:
        return isinstance(value, Mapping)
    if wanted is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def _refuse(value: object, wanted: str, where: str) -> NoReturn:
    if value is None or isinstance(value, bool):
        found = str(value).lower().replace("none", "null")
    elif isinstance(value, str | int | float):
        text = repr(value) if not isinstance(value, int) or value.bit_length() < 64 else "a very large number"
        found = text if len(text) <= 40 else f"{text[:40]}..."
    else:
        found = f"a list of {len(value)}" if isinstance(value, Sequence) else "an object"
    raise FormatError(f"the limbeck record is damaged: {where} is {found}, it must be {wanted}")
