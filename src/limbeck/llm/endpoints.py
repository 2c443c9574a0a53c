"""Which model to ask, where, and how much it may take: checked once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from limbeck.core.errors import OptionError

from .secret import Secret

Provider = Literal["openai", "anthropic"]
PROVIDERS: Final[tuple[Provider, ...]] = ("openai", "anthropic")
DEFAULT_URLS: Final[Mapping[str, str]] = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
# What is assumed of a window nobody stated. Servers on one's own machine often have a small one, and some cut what is
# over it without a word.
_WINDOWS: Final[Mapping[str, int]] = {DEFAULT_URLS["openai"]: 128_000, DEFAULT_URLS["anthropic"]: 200_000}
_OWN_WINDOW_TOKENS: Final = 8_192
# What we set ourselves in every request.
_TAKEN: Final = frozenset(
    ("model", "messages", "system", "stream", "stream_options", "max_tokens", "max_completion_tokens",
     "response_format", "temperature")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A model behind a URL.

    Attributes:
        model: Its name, as the endpoint knows it.
        provider: How it is spoken to: `openai` for whatever takes OpenAI's chat completions (vLLM, Ollama, llama.cpp,
            gateways, OpenAI), `anthropic` for Anthropic's messages.
        url: Base URL; empty for the provider's own. Without a path, `/v1` is added for `openai`.
        key: The API key, if there is one. Held as a `Secret`: it is in no repr, copy or pickle.
        deadline_seconds: For one question, waiting and retries included; from when it gets its turn.
        retries: How often a question is put again after a fault that may pass.
        concurrency: Questions that are out at one time.
        window_tokens: How much the model can read and write at once; 0 for 128,000 at OpenAI's own URL, 200,000 at
            Anthropic's, and 8,192 elsewhere.
        prompt_usd_per_million, completion_usd_per_million: Prices; None if they are not known.
        max_spend_tokens, max_spend_usd: Bounds of what one `Client` may spend; None for no bound.
        temperature: Sent if it is given; the endpoint's own otherwise. Anthropic's API takes none.
        extra: More fields of the request's body, such as `{"chat_template_kwargs": {"enable_thinking": False}}` for
            vLLM or `{"thinking": {"type": "disabled"}}` for Anthropic: thinking counts against the bound of an answer.

    Raises:
        OptionError: A value is out of its range, the URL is none or holds a credential, or a bound on money was given
            without prices.
    """

    model: str
    provider: Provider = "openai"
    url: str = ""
    key: Secret | str = field(default_factory=Secret, repr=False)
    deadline_seconds: float = 120.0
    retries: int = 3
    concurrency: int = 4
    window_tokens: int = 0
    prompt_usd_per_million: float | None = None
    completion_usd_per_million: float | None = None
    max_spend_tokens: int | None = None
    max_spend_usd: float | None = None
    temperature: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not isinstance(self.model, str) or not self.model.strip():
            raise OptionError(f"model must be the name of a model, got {self.model!r}")
        if self.provider not in PROVIDERS:
            raise OptionError(f"provider must be one of {', '.join(PROVIDERS)}; got {self.provider!r}")
        object.__setattr__(self, "key", self.key if isinstance(self.key, Secret) else Secret(self.key))
        object.__setattr__(self, "url", base_url(self.provider, self.url))
        _number("deadline_seconds", self.deadline_seconds, above=0)
        _number("temperature", self.temperature, least=0)
        if self.temperature is not None and self.provider == "anthropic":
            raise OptionError("Anthropic's API takes no temperature; leave it out")
        for name in ("prompt_usd_per_million", "completion_usd_per_million", "max_spend_usd"):
            _number(name, getattr(self, name), least=0)
        _whole("retries", self.retries, 0)
        _whole("concurrency", self.concurrency, 1)
        _whole("window_tokens", self.window_tokens, 0)
        if self.max_spend_tokens is not None:
            _whole("max_spend_tokens", self.max_spend_tokens, 0)
        if self.max_spend_usd is not None and not self.priced:
            raise OptionError(
                "max_spend_usd needs prices: give prompt_usd_per_million and completion_usd_per_million too"
            )
        if not self.window_tokens:
            object.__setattr__(self, "window_tokens", _WINDOWS.get(self.url, _OWN_WINDOW_TOKENS))
        if not isinstance(self.extra, Mapping):
            raise OptionError(f"extra must map names to values, got {self.extra!r}")
        object.__setattr__(self, "extra", dict(self.extra))
        taken = sorted(_TAKEN & set(self.extra))
        if taken:
            raise OptionError(f"extra cannot set {', '.join(taken)}: Limbeck sets that itself")

    @property
    def secret(self) -> Secret:
        """The key, as what it is held as."""
        return self.key if isinstance(self.key, Secret) else Secret(self.key)

    @property
    def priced(self) -> bool:
        """Whether both prices are known."""
        return self.prompt_usd_per_million is not None and self.completion_usd_per_million is not None

    def usd(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost; 0 where prices are not known."""
        prompt, completion = self.prompt_usd_per_million or 0.0, self.completion_usd_per_million or 0.0
        return (prompt_tokens * prompt + completion_tokens * completion) / 1_000_000


def base_url(provider: str, url: str) -> str:
    """The base URL as the provider's SDK wants it.

    Raises:
        OptionError: It is no http(s) URL, or holds a user, query or fragment.
    """
    if not isinstance(url, str) or not url.strip():
        return DEFAULT_URLS[provider]
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise OptionError("the model's URL must be one such as http://localhost:8000/v1")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise OptionError(
            "the model's URL must have no user, query or fragment; a key goes into LIMBECK_MODEL_KEY"
        )
    path = parts.path
    if provider == "anthropic":
        path = path.removesuffix("/messages").removesuffix("/v1")  # its SDK adds /v1/messages
    else:
        path = re.sub(r"/chat/completions$", "", path) or "/v1"
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def _whole(name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise OptionError(f"{name} must be a whole number of at least {least}; got {value!r}")


def _number(name: str, value: object, least: float = -math.inf, above: float = -math.inf) -> None:
    if value is None and name != "deadline_seconds":
        return
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not good or value < least or value <= above:  # type: ignore[operator]  # it is a number if `good`
        bound = f"above {above:g}" if above > least else f"of at least {least:g}"
        raise OptionError(f"{name} must be a number {bound}; got {value!r}")
