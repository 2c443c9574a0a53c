"""What stands around the sentences that matter: outputs of programs as agents see them, written here."""

from __future__ import annotations

import json
from typing import Any


def service_log(service: str, lines: int, day: str = "2026-03-14") -> str:
    """A service at work: requests, cache hits, a slow query now and then."""
    out = []
    for n in range(lines):
        stamp = f"{day}T{6 + n // 60:02d}:{n % 60:02d}:{n * 37 % 60:02d}.{n * 131 % 1000:03d}Z"
        if n % 11 == 7:
            out.append(
                f"{stamp} WARN  [{service}] slow query: 1{n % 7}{n % 10}3 ms, table=session_{n % 5}, rows={n * 41}"
            )
        elif n % 3:
            out.append(
                f"{stamp} INFO  [{service}] GET /v2/items/{1000 + n * 17} 200 {n * 13 % 90 + 4} ms trace={n * 7919:08x}"
            )
        else:
            out.append(f"{stamp} DEBUG [{service}] cache hit key=item:{1000 + n * 17} ttl={300 - n % 120}")
    return "\n".join(out) + "\n"


def test_run(module: str, tests: int, failing: tuple[int, ...] = ()) -> str:
    """What pytest prints with -v."""
    out = [
        f"============================= test session starts ==============================\ncollected {tests} items\n"
    ]
    for n in range(tests):
        word = "FAILED" if n in failing else "PASSED"
        out.append(
            f"tests/{module}/test_{module}_{n // 6}.py::test_{module}_case_{n:02d} {word} [{100 * n // tests:3d}%]"
        )
    failed = f"{len(failing)} failed, " if failing else ""
    for n in failing:
        out.append(f"E   AssertionError: assert {n * 3} == {n * 3 + 1}")
    out.append(
        f"=================== {failed}{tests - len(failing)} passed in {tests * 0.11:.2f}s ==================="
    )
    return "\n".join(out) + "\n"


def source_file(name: str, functions: int) -> str:
    """A plain module of code."""
    out = [
        f'"""The {name} part of the shop."""\n',
        "from __future__ import annotations\n",
        "import logging",
        "from dataclasses import dataclass\n",
    ]
    out.append(f"logger = logging.getLogger('{name}')\n\n")
    for n in range(functions):
        out.append(
            f"def {name}_step_{n}(order_id: int, amount_cents: int = {n * 100}) -> dict[str, int]:\n"
            f"    logger.debug('step {n} of {name} for %s', order_id)\n"
            f"    total = amount_cents + {n * 17 + 3}\n"
            f"    if total > {n * 1000 + 500}:\n"
            f"        total -= {n + 1}\n"
            f"    return {{'order': order_id, 'total': total}}\n\n"
        )
    return "\n".join(out)


def listing(root: str, files: int) -> str:
    """A recursive listing."""
    names = ("models", "views", "forms", "tasks", "signals", "admin", "urls", "serializers")
    return "".join(f"{root}/{names[n % 8]}/{names[(n * 3 + 1) % 8]}_{n:02d}.py\n" for n in range(files))


def records(kind: str, count: int) -> str:
    """A JSON answer of an interface."""
    return json.dumps(
        {
            "kind": kind,
            "items": [
                {
                    "id": f"{kind[:2].upper()}{4000 + n * 13}",
                    "created": f"2026-02-{1 + n % 27:02d}T09:{n % 60:02d}:00Z",
                    "state": ("open", "paid", "shipped", "closed")[n % 4],
                    "lines": [
                        {"sku": f"SKU-{n * 31 % 997:03d}", "quantity": n % 4 + 1, "price_cents": 199 + n * 50}
                    ],
                }
                for n in range(count)
            ],
            "next": None,
        },
        indent=2,
    )


def shell(number: int, command: str) -> dict[str, Any]:
    """An assistant's call of a shell, in OpenAI's format."""
    return called(number, "shell", {"command": command})


def called(number: int, name: str, arguments: dict[str, Any], says: str | None = None) -> dict[str, Any]:
    """An assistant's call of a tool, in OpenAI's format."""
    function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {
        "role": "assistant",
        "content": says,
        "tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}],
    }


def answered(number: int, text: str) -> dict[str, Any]:
    """The result of a call, in OpenAI's format."""
    return {"role": "tool", "tool_call_id": f"call_{number}", "content": text}
