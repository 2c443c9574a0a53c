"""How a request is refused: by field and rule, never with a word of what it holds."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from limbeck.core.errors import FormatError, OptionError, TooLargeError, UnknownCounterError
from limbeck.serve.answers import Answer, Refused

Model = TypeVar("Model", bound=BaseModel)

OPENAI = {413: "invalid_request_error"}
ANTHROPIC = {404: "not_found_error", 413: "request_too_large"}
PLAIN = {404: "not_found_error", 413: "request_too_large"}
_KIND = "invalid_request_error"

_FIELD = re.compile(r"[a-z_]{1,40}\Z")
_MOST_WRONG = 3
_MOST_LOOKED_AT = 100
"""How many errors are read to find those to tell: a body can hold a hundred thousand."""


class Contract(Protocol):
    """A contract: a parsed body in, an answer or a refusal out. Pure but for ids and their time."""

    def __call__(self, body: object, *, fallback: bool = False) -> Answer | Refused: ...


class RequestError(Exception):
    """A request that is refused; becomes a `Refused` in the words of its API."""

    def __init__(self, message: str, param: str = "", status: int = 400, code: str = "") -> None:
        super().__init__(message)
        self.message, self.param, self.status, self.code = message, param, status, code


def refusing(
    kinds: Mapping[int, str], invalid: int = 400
) -> Callable[[Callable[[Mapping[str, Any], bool], Answer | Refused]], Contract]:
    """Make a contract of a function that may raise.

    Args:
        kinds: The types of errors of this API by status, where they are not `invalid_request_error`.
        invalid: The status of a request in the wrong shape.
    """

    def made(function: Callable[[Mapping[str, Any], bool], Answer | Refused]) -> Contract:
        @functools.wraps(function)
        def contract(body: object, *, fallback: bool = False) -> Answer | Refused:
            try:
                if not isinstance(body, Mapping):
                    raise RequestError("the body must be a JSON object")
                return function(body, fallback)
            except RequestError as wrong:
                status = invalid if wrong.status == 400 else wrong.status
                return Refused(status, kinds.get(status, _KIND), wrong.message, wrong.code, wrong.param)
            except TooLargeError as error:
                return Refused(413, kinds.get(413, _KIND), str(error), "request_too_large")
            except FormatError as error:
                return Refused(invalid, kinds.get(invalid, _KIND), unquoted(str(error)), param="messages")
            except UnknownCounterError:
                message = "the counter is not known; give a model such as gpt-4o or an encoding: o200k_base"
                return Refused(invalid, kinds.get(invalid, _KIND), message, param="counter")
            except OptionError as error:
                # Values were checked before: what is left says which options exclude each other.
                message = str(error).split(", got ")[0]
                return Refused(invalid, kinds.get(invalid, _KIND), message)

        return contract

    return made


def validated(model: type[Model], body: Mapping[str, Any]) -> Model:
    """The body as a model.

    Raises:
        RequestError: Names the fields that are wrong and what they must be, at most three.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise _wrong(model, error) from None


def _wrong(model: type[BaseModel], error: ValidationError) -> RequestError:
    found: dict[str, list[str]] = {}
    listed = error.errors(include_url=False, include_context=False, include_input=False)
    for one in listed[:_MOST_LOOKED_AT]:
        # Names of the branches of a union stand in the path too; they are no fields.
        at = ".".join(str(step) for step in one["loc"] if _is_step(step))
        rule = one["msg"].removeprefix("Input ").replace("Extra inputs are", "is").lower()
        if one["type"] == "extra_forbidden":
            at = str(one["loc"][-1]) if _FIELD.match(str(one["loc"][-1])) else "a field"
            rule = f"is not known; known: {', '.join(sorted(model.model_fields))}"
        elif one["type"] == "missing":
            rule = "is missing"
        rules = found.setdefault(at or "the body", [])
        if rule not in rules:
            rules.append(rule)
    deepest = [at for at in found if not any(other.startswith(f"{at}.") for other in found)]
    told = [f"{at} {' or '.join(found[at])}" for at in deepest[:_MOST_WRONG]]
    more = len(deepest) - len(told)
    many = f"; and {more} more" if len(listed) <= _MOST_LOOKED_AT else f"; and over {more} more"
    message = "; ".join(told) + (many if more > 0 else "")
    return RequestError(message, param="" if deepest[0] in ("the body", "a field") else deepest[0])


def _is_step(step: object) -> bool:
    """Whether a step of a path is an index or a field that a model declares."""
    return isinstance(step, int) or (isinstance(step, str) and _FIELD.match(step) is not None
                                     and step not in ("str", "bool", "int", "float", "dict", "none"))  # fmt: skip


def unquoted(message: str) -> str:
    """An error of the reader without what it found: the place, and what is accepted there."""
    where = message.partition(" is ")[0] if message.startswith("message ") else "the messages"
    accepted = message.rpartition("accepted: ")[2] if "accepted: " in message else "chat messages"
    return f"{where}: a shape that cannot be read; accepted: {accepted}"
