"""A coding session in OpenAI's format: rules in the first request, later ones in between."""

from __future__ import annotations

from .noise import answered, listing, shell, source_file, test_run

GIVEN = [
    {
        "role": "system",
        "content": "You are a coding agent in a sandbox with a shell. You work in /srv/shop. Every reply that "
        "changes a "
        "file names the file. The sandbox has no network. Never print the contents of .env files.",
    },
    {
        "role": "user",
        "content": "The checkout rounds totals wrongly since we moved to cents. Find out where and fix it. It "
        "started with "
        "release 4.12, and two shops in Graz complained about one cent too much.\n\n"
        "A few things. I'd rather you left the billing module alone, Petra is rewriting it this week. Python 3.9 "
        "has to "
        "keep working, half of the shops still run it. I don't want any new dependencies. And one change per commit, "
        "please.",
    },
    shell(1, "ls -R checkout | head -60"),
    answered(1, listing("checkout", 60)),
    shell(2, "cat checkout/totals.py"),
    answered(2, source_file("totals", 9)),
    {
        "role": "assistant",
        "content": "The rounding happens in totals_step_4: it subtracts after the comparison. I run the tests to see "
        "whether any of them covers it.",
    },
    shell(3, "python -m pytest tests/checkout -v"),
    answered(3, test_run("checkout", 36, (14, 15))),
    {
        "role": "user",
        "content": "Good find. The old endpoint /v1/totals stays until March, two partners call it. Otherwise do "
        "as you "
        "think best.",
    },
    shell(4, "grep -rn 'v1/totals' ."),
    answered(
        4,
        "".join(
            f"./partners/feed_{n}.py:{n * 9 + 4}:URL = base + '/v1/totals'  # feed {n}\n" for n in range(12)
        ),
    ),
    {
        "role": "assistant",
        "content": "Two partners call it, feed_3 and feed_7. I keep it and mark it as deprecated.",
    },
    shell(5, "cat checkout/rounding.py"),
    answered(5, source_file("rounding", 8)),
    {
        "role": "user",
        "content": "One more: stay away from the migrations folder, and check with me before you delete anything.",
    },
    shell(6, "python -m pytest tests/checkout -v"),
    answered(6, test_run("checkout", 36)),
    {"role": "assistant", "content": "All 36 tests pass. The fix is in checkout/totals.py, line 41."},
]
CONSTRAINTS = (
    "Never print the contents of .env files.",
    "I'd rather you left the billing module alone, Petra is rewriting it this week.",
    "Python 3.9 has to keep working, half of the shops still run it.",
    "I don't want any new dependencies.",
    "And one change per commit, please.",
    "The old endpoint /v1/totals stays until March, two partners call it.",
    "stay away from the migrations folder, and check with me before you delete anything.",
)
