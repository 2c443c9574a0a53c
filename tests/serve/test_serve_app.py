"""Routes, error shapes and figures of a server whose contracts do as they are told."""

from __future__ import annotations

import json

import pytest
from serving import Running, stubbed

from limbeck.serve.originals import ENTRY_BYTES

ROUTES = {
    "/v1/chat/completions": "chat",
    "/v1/responses": "responses",
    "/v1/messages": "messages",
    "/v1/compact": "compact",
    "/v1/compress": "compress",
    "/v1/distill": "distill",
}


@pytest.mark.parametrize("path", ROUTES)
def test_a_route_asks_its_contract_in_a_worker(stub: Running, path: str) -> None:
    got = stub.ask(path, {"model": "limbeck-compact:0.3", "text": "größer"})
    told = got.json()
    assert got.status == 200
    assert told["contract"] == ROUTES[path]
    assert told["given"] == {"model": "limbeck-compact:0.3", "text": "größer"}
    assert not told["fallback"]
    assert told["pid"] != stub.process.pid
    assert told["heavy"] == []
    assert got.headers["x-limbeck-tokens-before"] == "10"
    assert got.headers["content-type"] == "application/json"


def test_another_model_is_asked_of_the_fallback(stub: Running) -> None:
    assert stub.ask("/v1/chat/completions", {"model": "other"}).json()["fallback"]
    assert not stub.ask("/v1/compact", {"model": "other"}).json()["fallback"]


def test_events_come_whole_and_in_order(stub: Running) -> None:
    got = stub.ask("/v1/responses", {"do": "events", "count": 30_000})
    assert got.headers["content-type"] == "text/event-stream"
    assert got.body == b"".join(b"data: %d\n\n" % n for n in range(30_000))


def test_a_long_answer_comes_whole(stub: Running) -> None:
    assert stub.ask("/v1/compact", {"do": "fill", "chars": 20_000_000}).json() == {"text": "x" * 20_000_000}


def test_lone_surrogates_come_back(stub: Running) -> None:
    got = stub.ask("/v1/compact", b'{"text": "\\ud800 and \xc3\xa4"}')
    assert got.json()["given"]["text"] == "\ud800 and ä"


TOLD = {"message": "12 pinned tokens exceed 3", "type": "budget_error", "param": "keep", "code": "budget"}


@pytest.mark.parametrize(
    ("path", "error"), [("/v1/chat/completions", TOLD), ("/v1/distill", TOLD | {"addends": {"a": 12}})]
)
def test_refusals_speak_as_the_api_does(stub: Running, path: str, error: object) -> None:
    got = stub.ask(path, {"do": "refuse"})
    assert (got.status, got.json()) == (422, {"error": error})


def test_refusals_in_the_words_of_anthropic(stub: Running) -> None:
    got = stub.ask("/v1/messages", {"do": "refuse"})
    told = {"type": "invalid_request_error", "message": "12 pinned tokens exceed 3"}
    assert (got.status, got.json()) == (422, {"type": "error", "error": told})


def test_a_bug_is_told_by_its_place_and_never_by_what_was_asked(stub: Running) -> None:
    got = stub.ask("/v1/distill", {"do": "raise", "secret": "xyzzy-17"})
    assert got.status == 500
    assert "unforeseen" in got.json()["error"]["message"]
    assert b"xyzzy" not in got.body
    line = stub.logged("/v1/distill", status=500)[-1]
    assert line["bug"].startswith("KeyError at stub_contracts.py:")
    assert "xyzzy" not in json.dumps(stub.lines) + "".join(stub.noise)
    assert stub.ask("/v1/distill", {}).status == 200


def test_unknown_paths_and_methods(stub: Running) -> None:
    nowhere = stub.ask("/v1/embeddings", {})
    assert (nowhere.status, nowhere.json()["error"]["type"]) == (404, "not_found_error")
    assert stub.ask("/nowhere").status == 404
    wrong = stub.ask("/v1/compact")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")
    assert stub.ask("/v1/messages/count_tokens", {}).json()["type"] == "error"


def test_no_web_page_of_another_site_may_ask(stub: Running) -> None:
    preflight = stub.ask("/v1/compact", b"", "OPTIONS", {"origin": "http://localhost:3000"})
    assert preflight.status == 405
    near = stub.ask("/v1/compact", {}, headers={"origin": "http://localhost:3000"})
    assert near.status == 200
    assert not [name for name in near.headers if name.startswith("access-control")]
    for origin in ("https://pages.example", "null", "http://[broken"):
        far = stub.ask("/v1/compact", {}, headers={"origin": origin})
        assert (far.status, far.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert stub.ask("/v1/compact", {}, headers={"origin": "vscode-webview://one"}).status == 403


@pytest.mark.parametrize("host", ["localhost:80", "127.0.0.1", "127.8.9.1:1", "[::1]:80", "LOCALHOST"])
def test_names_of_this_machine_are_answered(stub: Running, host: str) -> None:
    assert stub.ask("/healthz", headers={"host": host}).status == 200


@pytest.mark.parametrize("host", ["pages.example", "127.0.0.1.pages.example", "10.0.0.1:80", "", "[::1"])
def test_other_names_are_not(stub: Running, host: str) -> None:
    got = stub.ask("/v1/messages", {}, headers={"host": host})
    assert (got.status, got.json()["error"]["type"]) == (403, "permission_error")


def test_models_are_listed_for_both_sdks(stub: Running) -> None:
    listed = stub.ask("/v1/models").json()
    assert listed["object"] == "list"
    assert [model["id"] for model in listed["data"]] == ["limbeck-compact", "morph-compact"]
    assert listed["data"][0].keys() >= {"object", "created", "owned_by", "type", "display_name", "created_at"}
    assert stub.ask("/v1/models/morph-compact:0.3").json()["id"] == "morph-compact:0.3"
    missing = stub.ask("/v1/models/other", headers={"anthropic-version": "2023-06-01"})
    assert (missing.status, missing.json()["error"]["type"]) == (404, "not_found_error")


def test_health_and_metrics_count(stub: Running) -> None:
    def figures() -> dict[str, float]:
        text = stub.ask("/metrics").body.decode()
        return {
            name: float(value)
            for name, _, value in (line.rpartition(" ") for line in text.splitlines() if line[0] != "#")
        }

    before = figures()
    stub.ask("/v1/responses", {"model": "other", "text": "plugh-99"})
    stub.ask("/v1/responses", b"{")
    after = figures()
    health = stub.health()
    assert health["status"] == "ok"
    assert (health["workers"], health["workers_ready"]) == (1, 1)
    assert health["queue"] == {"waiting": 0, "running": 0, "limit": 3, "held_bytes": 0}

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown('limbeck_requests_total{method="POST",route="/v1/responses",status="200"}') == 1
    assert grown('limbeck_requests_total{method="POST",route="/v1/responses",status="400"}') == 1
    assert grown('limbeck_tokens_total{kind="in"}') == 10
    assert grown('limbeck_tokens_total{kind="out"}') == 4
    assert grown('limbeck_tokens_total{kind="saved"}') == 6
    assert grown('limbeck_fallbacks_total{fallback="digest"}') == 1
    assert grown('limbeck_refusals_total{status="400"}') == 1
    assert grown('limbeck_request_seconds_count{route="/v1/responses"}') == 2
    assert after["limbeck_workers_ready"] == 1
    line = next(a for a in stub.logged("/v1/responses", status=200) if "fallback" in a)
    assert line.keys() == {"time", "method", "route", "status", "ms", "tokens_in", "tokens_out", "fallback"}
    assert "plugh" not in json.dumps(stub.lines)


def test_methods_and_paths_of_strangers_make_no_new_labels(stub: Running) -> None:
    for number in range(5):
        stub.ask(f"/made/up/{number}")
        stub.ask(f"/v1/retrieve/{number}", method="BREW")
    text = stub.ask("/metrics").body.decode()
    assert "made" not in text
    assert "BREW" not in text
    assert 'method="other"' in text


def test_the_document_describes_every_route(stub: Running) -> None:
    document = stub.ask("/openapi.json").json()
    assert set(ROUTES) < set(document["paths"])
    for path in ROUTES:
        post = document["paths"][path]["post"]
        assert {"400", "408", "413", "429", "500", "503", "504"} < set(post["responses"])
        for answer in post["responses"].values():
            name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert document["components"]["schemas"][name]["type"] == "object"
    assert "securitySchemes" not in document["components"]
    assert stub.ask("/docs").status == stub.ask("/redoc").status == 404


def test_originals_can_be_fetched_for_a_stated_time() -> None:
    with stubbed(originals_seconds=1.5, originals_bytes=1000 + 2 * ENTRY_BYTES) as server:
        texts = {"aa11": "left out \ud800 ä", "bb22": "y" * 600}
        put = server.ask("/v1/compress", {"do": "hide", "texts": texts})
        assert put.headers["x-limbeck-originals-seconds"] == "1.5"
        got = server.ask("/v1/retrieve/aa11").json()
        assert (got["hash"], got["original_content"]) == ("aa11", "left out \ud800 ä")
        assert got["lifetime_seconds"] == 1.5
        assert 0 < got["expires_in_seconds"] <= 1.5
        server.ask("/v1/compress", {"do": "hide", "texts": {"cc33": "z" * 900}})
        crowded = server.ask("/v1/retrieve/bb22")
        assert (crowded.status, crowded.json()["error"]["code"]) == (404, "expired_hash")
        server.until(lambda _: server.ask("/v1/retrieve/cc33").status == 404)
        assert server.ask("/v1/retrieve/cc33").json()["error"]["code"] == "expired_hash"
        assert server.ask("/v1/retrieve/dd44").json()["error"]["code"] == "unknown_hash"
