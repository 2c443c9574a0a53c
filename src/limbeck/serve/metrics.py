"""What Prometheus can read: counts and times by route, never anything of a request's text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

MEDIA = CONTENT_TYPE_LATEST

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """The figures of one server, in a registry of its own.

    Attributes:
        requests: By route, method and status.
        tokens: By kind: in, out, saved.
        seconds: From the head of a request to the end of its answer, by route.
        fallbacks: By name.
        refusals: By status.
        replaced: Workers started in place of one that died, was ended at the deadline, or grew too large.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self.requests = Counter(
            "limbeck_requests", "Requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self.tokens = Counter("limbeck_tokens", "Tokens in, out and saved.", ["kind"], registry=self.registry)
        self.seconds = Histogram(
            "limbeck_request_seconds",
            "From the head of a request to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.fallbacks = Counter(
            "limbeck_fallbacks", "Answers given by a fallback.", ["fallback"], registry=self.registry
        )
        self.refusals = Counter(
            "limbeck_refusals", "Requests refused, by status.", ["status"], registry=self.registry
        )
        self.replaced = Counter(
            "limbeck_workers_replaced",
            "Workers that died, met the deadline or grew too large.",
            ["reason"],
            registry=self.registry,
        )
        for kind in ("in", "out", "saved"):
            self.tokens.labels(kind)

    def gauge(self, name: str, about: str) -> Gauge:
        """A figure that is read when it is asked for; give it a function."""
        return Gauge(name, about, registry=self.registry)

    def distilled(self, tokens_before: int, tokens_after: int, fallback: str) -> None:
        """Count what one answer took in and gave out."""
        self.tokens.labels("in").inc(tokens_before)
        self.tokens.labels("out").inc(tokens_after)
        self.tokens.labels("saved").inc(max(0, tokens_before - tokens_after))
        if fallback:
            self.fallbacks.labels(fallback).inc()

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self.requests.labels(route, method, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
        if status >= 400:
            self.refusals.labels(str(status)).inc()

    def text(self) -> bytes:
        """All figures, in the format of `MEDIA`."""
        return generate_latest(self.registry)
