"""The pieces of one text: where they begin, what each needs, how it takes part."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from limbeck.core.context import Form


@dataclass
class Pieces:
    """A lossless cut of one text. Piece `i` is `text[start[i] : start[i + 1]]`; the last ends with the text.

    A text has at least one piece; the empty text has one empty piece.

    Attributes:
        kind: `code`, `json`, `log`, `traceback`, `tests`, `diff`, `grep`, `listing`, `table`, `markdown`,
            `prose` or `text`.
        start: Where each piece begins, ascending, `start[0] == 0`.
        needs: For each piece the piece that must stay when it stays (a head before or after it), or -1.
            No circles: following `needs` ends at -1.
        form: A `Form` each.
    """

    kind: str = "text"
    start: array[int] = field(default_factory=lambda: array("i"))
    needs: array[int] = field(default_factory=lambda: array("i"))
    form: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        return len(self.start)

    def add(self, start: int, needs: int = -1, form: int = Form.PLAIN) -> int:
        """Append a piece that begins at `start`; returns its number."""
        self.start.append(start)
        self.needs.append(needs)
        self.form.append(form)
        return len(self.start) - 1

    def texts(self, text: str) -> Iterator[str]:
        """The pieces themselves."""
        for i in range(len(self.start) - 1):
            yield text[self.start[i] : self.start[i + 1]]
        if self.start:
            yield text[self.start[-1] :]
