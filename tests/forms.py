"""What stays of a text when some of its pieces do: the rules of `Form`, said plainly and slowly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from limbeck.core.context import Form


def staying(needs: Sequence[int], form: Sequence[int], chosen: Iterable[int]) -> set[int]:
    """All pieces that stay when `chosen` do.

    Args:
        needs: For each piece the piece it needs, or -1.
        form: A `Form` each.
        chosen: Pieces that are neither closers nor separators; frames only where they are listed.
    """
    stays: set[int] = set()
    for piece in chosen:
        at = piece
        while at >= 0 and at not in stays:
            stays.add(at)
            at = needs[at]
    stays |= {i for i, f in enumerate(form) if f == Form.CLOSER and needs[i] in stays}
    first: dict[int, int] = {}  # for each head the first piece that stays and needs it
    for i in sorted(stays):
        if needs[i] >= 0 and form[i] not in (Form.CLOSER, Form.SEPARATOR):
            first.setdefault(needs[i], i)
    for i, f in enumerate(form):
        if f == Form.SEPARATOR and needs[i] in stays and first.get(needs[needs[i]], needs[i]) < needs[i]:
            stays.add(i)
    return stays
