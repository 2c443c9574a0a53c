"""Records, lists and short sentences: what belongs to what, what is denied; found where false, else left alone."""

from __future__ import annotations

import pytest

from limbeck.methods.guards import Guard
from limbeck.methods.guards.verbatim import word_for_word

from .guard_sources import context_of

NOTES = """\
Agent: I have arranged it. P. Aune comes on 16 January between 08:00 and 10:00 for the boiler.
K. Moen comes on 17 January between 14:00 and 16:00 for the window.
Labour resources increased by 119 employees, from 1,501 at June 30, 2018 to 1,620 at June 30, 2019.
Each reservation can have at most five passengers.
Travel insurance is 30 dollars per passenger. Each extra bag is 50 dollars.
Three tickets may be combined, at most one travel certificate, at most one credit card, and at most three gift cards.
With logical replication the downtime is about 4 minutes. With pg_upgrade it is 35 to 50 minutes.
The rehearsal is on 2 November. Then 9 November, 06:00 UTC, for the upgrade itself.
- Gift Card: $128
- Credit Card: $247
"last_service": "2024-01-19",
"installed": "2022-11-08",
**Reservation ID:** HATHAT
**Previous ID:** G72NSF
| service | version | owner |
|---|---|---|
| auth | 3.1.4 | Kim |
| mail | 2.7.0 | Lou |
Berlin office: 48 desks, lead Rui Costa.
Prague office: 31 desks, lead Petr Novak.
Lisbon office: 22 desks, lead Ana Sousa.
Flight HAT097 from DTW to PHX. Flight HAT251 from PHX to SFO.
Yusuf moved the export job to 03:00. Priya wrote the report.
About 1,840 orders were delayed, none were lost.
Nothing was lost, 1,377 messages were refused.
Never run migrations against production. No new dependencies please.
The work is on branch hotfix/orders-n1, not on main. It is not committed yet.
The public version must not name customers. I would rather have an SMS than a phone call.
The deploy must not run on Fridays.
Das günstigste Angebot enthält die Dämmung nach EnEV nicht. Der Auftrag geht an die Zimmerei Moll für 184.300 EUR.
Die Rechnung soll auf die Firma Hartwig & Söhne laufen, nicht auf mich privat.
The test suite passes except for three tests. Bestellung 77-310442 ist da. Part 77-5540 costs 430 kr.
Yusuf had moved the job and nobody told us. The endpoint makes at most 5 queries.
Please never renew it by hand again. Use `certctl renew --chain full` instead.
The decision is final. 11:02:14.118 relayd 4.1.7 starting
11:02:14.530 relayd 18,204 pending messages
There are 17.786.419 Einwohner. Der Termin ist am 2. April.
Ich möchte keinen Gutschein, sondern mein Geld zurück. Rufen Sie mich nicht an, schreiben Sie mir.
"""
GUARD = Guard(context_of(NOTES))

FALSE = [
    "K. Moen comes on 16 January between 14:00 and 16:00.",
    "P. Aune comes on 17 January between 14:00 and 16:00.",
    "K. Moen comes on 17 January between 08:00 and 10:00.",
    "Labour resources increased by 119 employees, from 1,620 at June 30, 2018 to 1,501 at June 30, 2019.",
    "Each reservation can have at most three passengers.",
    "Each reservation can have at most 6 passengers.",
    "Travel insurance is 50 dollars per passenger.",
    "With logical replication the downtime is 35 to 50 minutes.",
    "The upgrade is on 2 November, 06:00 UTC.",
    "- Gift Card: $247",
    "Last service was on 2022-11-08.",
    "The booking has the reservation ID G72NSF.",
    "The Berlin office has 31 desks.",
    "Prague is led by Rui Costa.",
    "Flight HAT251 flies from DTW to PHX.",
    "Priya moved the export job.",
    "1,840 orders were lost in the outage.",
    "1,377 messages were lost.",
    "Migrations may be run against production.",
    "New dependencies are fine.",
    "New dependencies are allowed.",
    "The work is on main, not on hotfix/orders-n1.",
    "The public version should name the customers.",
    "Deploys on Fridays are fine.",
    "Das günstigste Angebot enthält die Dämmung nach EnEV.",
    "Die Rechnung soll auf mich privat laufen, nicht auf die Firma Hartwig & Söhne.",
    "Bestellung 77-310424 ist da.",
    "Part 77-5504 costs 430 kr.",
]
TRUE = [
    "K. Moen comes on 17 January between 14:00 and 16:00 for the window.",
    "The window is repaired by K. Moen on 17 January, 14:00 to 16:00.",
    "Travel insurance costs $30 per passenger, an extra bag 50 dollars.",
    "Gift card: $128, credit card: $247.",
    "$128 was paid by gift card and $247 by credit card.",
    "Last service was on 2024-01-19; it was installed on 2022-11-08.",
    "auth runs 3.1.4 and is owned by Kim.",
    "The Berlin office has 48 desks and is led by Rui Costa.",
    "Prague: 31 desks, Petr Novak.",
    "Lisbon has 22 desks and Berlin 48.",
    "Flight HAT251 flies from PHX to SFO.",
    "Yusuf moved the export job without telling the team.",
    "The endpoint makes no more than 5 queries.",
    "The work is on hotfix/orders-n1 instead of main.",
    "The certificate must be renewed with `certctl renew --chain full`, never by hand.",
    "Roughly 1.8k orders were delayed.",
    "~1,800 orders were delayed.",
    "About 1,840 orders were delayed; none were lost.",
    "The decision is final and cannot be appealed.",
    "relayd 4.1.7 started at 11:02 with 18,204 pending messages.",
    "Der Auftrag ging an die Zimmerei Moll für 184.300 EUR; das günstigste Angebot enthält die Dämmung nicht.",
    "Es gibt rund 17,8 Millionen Einwohner.",
    "Der Termin ist am 02.04.",
    "Der Kunde möchte sein Geld zurück und keinen Gutschein.",
    "Migrations must never be run against production.",
    "No new dependencies are allowed.",
    "The changes have not been committed.",
    "Customers must not be named in the public version.",
    "She would rather have an SMS than a phone call.",
    "Deploys must not run on Fridays.",
    "The test suite passes, except for three tests.",
    "The upgrade is on 9 November at 06:00 UTC; the rehearsal is on 2 November.",
    "With pg_upgrade the downtime is 35 to 50 minutes.",
    "The downtime is 4 minutes with logical replication.",
]


@pytest.mark.parametrize("text", FALSE)
def test_what_the_notes_contradict_is_found(text: str) -> None:
    assert GUARD.examine(text), text


@pytest.mark.parametrize("text", TRUE)
def test_what_the_notes_bear_out_in_other_words_is_left_alone(text: str) -> None:
    assert GUARD.examine(text) == []


HIDDEN = [
    "## Run migrations against production",
    "**Migrations may be run against production**",
    "```\nThe deploy must run on Fridays.\n```",
    "The deploy must n\u00adot\u200b not run on Mondays, it must run on Fridays.",
    "The downtime is ninety minutes with logical replication.",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_false_claim_cannot_hide_behind_marks(text: str) -> None:
    assert GUARD.examine(text), text


def test_numbers_in_brackets_are_citations_only_where_most_sentences_have_them() -> None:
    cited = "The deploy must not run on Fridays [1]. Visitors of the Berlin office find 48 desks [77].\n"
    assert [f.text for f in GUARD.examine(cited) if f.text in ("1", "77")] == []
    assert any(f.text == "77" for f in GUARD.examine("The Berlin office has [77] desks."))


def test_half_a_sentence_that_the_other_half_turns_round_is_not_word_for_word() -> None:
    said = (
        "If the dam leaks, open the gate. Do not delete the table, drop the schema or push. Ships pass daily."
    )
    reading = Guard(context_of(said)).reading
    assert not word_for_word(reading, "Drop the schema or push.")
    assert not word_for_word(reading, "Open the gate.")
    assert not word_for_word(
        Guard(context_of("The suite passes except for three tests.")).reading, "The suite passes."
    )
    assert word_for_word(reading, "Ships pass daily.")


@pytest.mark.parametrize(
    "pattern", ["1 ", "1+1=", "$1 ", "a=1 ", "[1,", "`x` ", "'a b' ", "(((", "not ", "Error: ", "漢字"]
)
def test_long_lines_take_time_in_proportion(pattern: str) -> None:
    """No figure: a run that is more than linear would take minutes here and end the suite."""
    long = (pattern * 10_000)[:20_000]
    GUARD.examine(long)
    Guard(context_of(long * 3)).examine("The gate is open at 9.")
