"""Who may ask: keys, their file, and servers that others can reach."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from serving import command, environment

from limbeck.core.errors import FileError, OptionError
from limbeck.serve.keys import Key, add_key, hash_key, make_key, owner_of, read_keys
from limbeck.serve.settings import Limits, Settings


def limbeck(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "limbeck", *args],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )


def test_keys_are_shown_once_and_kept_as_hashes(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    first, second = (
        limbeck("key", "laptop", "--file", str(path)),
        limbeck("key", "ci.main", "--file", str(path)),
    )
    keys = [first.stdout.strip(), second.stdout.strip()]
    assert keys[0] != keys[1]
    assert all(key.startswith("lk-") and len(key) == 46 for key in keys)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    digests = [hashlib.sha256(key.encode()).hexdigest() for key in keys]
    assert path.read_text() == f"laptop sha256:{digests[0]}\nci.main sha256:{digests[1]}\n"
    again = limbeck("key", "laptop", "--file", str(path))
    assert (again.returncode, again.stdout) == (2, "")
    assert "already" in again.stderr


def test_an_open_file_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    path.write_text("# who may ask\n\nold sha256:" + "ab" * 32)
    path.chmod(0o644)
    key = add_key(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [key.name for key in read_keys(path)] == ["old", "new"]
    assert owner_of(key.encode(), read_keys(path)) == "new"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "holds no key"),
        ("# none\n", "holds no key"),
        ("laptop lk-secret\n", "line 1 of"),
        ("a sha256:" + "0" * 64 + "\na sha256:" + "1" * 64, "line 2 of"),
        ("a/b sha256:" + "0" * 64, "line 1 of"),
        ("a sha256:" + "0" * 63, "line 1 of"),
    ],
)
def test_a_file_of_something_else_is_refused_without_quoting_it(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(text)
    with pytest.raises(OptionError, match=what) as raised:
        read_keys(path)
    assert "secret" not in str(raised.value)


def test_files_and_names_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        read_keys(tmp_path / "none.txt")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(FileError, match="not UTF-8"):
        read_keys(tmp_path / "binary")
    with pytest.raises(FileError, match="cannot write"):
        add_key(tmp_path / "no" / "folder", "a")
    for name in ("", "a b", "-a", "ä", "a" * 65, "a\nb"):
        with pytest.raises(OptionError, match="1 to 64"):
            add_key(tmp_path / "keys.txt", name)


def test_every_key_has_one_owner() -> None:
    made = [make_key() for _ in range(3)]
    keys = tuple(Key(str(number), hash_key(key.encode())) for number, key in enumerate(made))
    assert [owner_of(key.encode(), keys) for key in made] == ["0", "1", "2"]
    assert owner_of(b"", keys) is None
    assert owner_of(made[0].encode() + b"x", keys) is None
    assert owner_of(b"\xff", ()) is None
    assert made[0] not in repr(keys)


def test_a_server_that_others_can_reach_needs_keys(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "pumps.example", ""):
        with pytest.raises(OptionError, match=r"limbeck key NAME --file keys\.txt"):
            Settings(host=host)
        assert Settings(host=host, keys=(Key("a", b"0" * 32),)).host == host
    for host in ("127.0.0.1", "127.1.2.3", "::1", "localhost"):
        assert Settings(host=host).open
    refused = limbeck("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 2
    assert "no API keys are configured" in refused.stderr


def test_only_those_with_a_key_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    key, other = add_key(path, "laptop"), add_key(path, "ci")
    with command("--host", "0.0.0.0", "--keys", str(path), "--workers", "1") as server:
        body = {"input": "one\ntwo\n" * 50}
        for headers in (
            {"authorization": f"Bearer {key}"},
            {"authorization": f"bearer {key}"},
            {"x-api-key": other},
        ):
            got = server.ask("/v1/compact", body, headers=headers | {"host": "pumps.example"})
            assert got.status == 200
        assert [line["owner"] for line in server.logged("/v1/compact", 3)] == ["laptop", "laptop", "ci"]
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"x-api-key": key[:-1]},
            {"authorization": key},
        ):
            for path_asked in (
                "/v1/compact",
                "/v1/chat/completions",
                "/v1/models",
                "/metrics",
                "/openapi.json",
                "/no",
            ):
                got = server.ask(path_asked, headers=headers)
                assert (got.status, got.headers["www-authenticate"]) == (401, "Bearer")
                assert got.json()["error"]["code"] == "invalid_api_key"
        anthropic = server.ask("/v1/messages", {}, headers={"x-api-key": "wrong"}).json()
        assert anthropic["error"]["type"] == "authentication_error"
        assert server.health()["status"] == "ok"
        assert key not in str(server.lines) + str(server.noise)
        document = server.ask("/openapi.json", headers={"x-api-key": key}).json()
        assert document["security"] == [{"bearer": []}, {"header": []}]


def test_what_one_key_left_out_another_does_not_fetch(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    mine, theirs = {"x-api-key": add_key(path, "mine")}, {"x-api-key": add_key(path, "theirs")}
    with command("--keys", str(path), "--workers", "1") as server:
        log = "\n".join(f"12:{n % 60:02} pump_{n} steady at {n * 7919 % 1000}" for n in range(400))
        messages = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": log}]
        body = {"messages": messages, "config": {"protect_recent": 0}}
        hashes = server.ask("/v1/compress", body, headers=mine).json()["ccr_hashes"]
        got = server.ask(f"/v1/retrieve/{hashes[0]}", headers=mine)
        assert got.json()["original_content"] in log
        assert (
            server.ask(f"/v1/retrieve/{hashes[0]}", headers=theirs).json()["error"]["code"] == "unknown_hash"
        )


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"port": 70_000}, "port"),
        ({"queue": 0}, "queue"),
        ({"workers": True}, "workers"),
        ({"deadline_seconds": 0}, "deadline_seconds"),
        ({"body_seconds": float("nan")}, "body_seconds"),
        ({"held_bytes": 5}, "cannot hold one body"),
        ({"upstream": "host/v1"}, "https://host/v1"),
        ({"upstream": "ftp://host"}, "https://host/v1"),
        ({"upstream": "http://"}, "https://host/v1"),
        ({"upstream": "http://[host"}, "https://host/v1"),
        ({"upstream": "http://host:x"}, "https://host/v1"),
        ({"upstream": "http://me:secret@host"}, "--upstream-key-env"),
        ({"upstream": "http://host?key=secret"}, "--upstream-key-env"),
        ({"upstream_key": "secret"}, "no upstream"),
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object], what: str) -> None:
    limits = {name: wrong.pop(name) for name in list(wrong) if name in Limits.__dataclass_fields__}
    with pytest.raises(OptionError, match=what) as raised:
        Settings(**wrong, limits=Limits(**limits))
    assert "secret" not in str(raised.value)
    assert "secret" not in repr(Settings(upstream="http://host", upstream_key="secret"))
