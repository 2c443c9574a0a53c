"""Texts become sources, their pieces rows of the one global `Segments`."""

from __future__ import annotations

import json
from array import array

from limbeck.core.context import Form, Segments
from limbeck.core.source import Source
from limbeck.split import Pieces, split

from .reading import Text, Way


class Rows:
    """Collects the sources and segments of a context, text by text. Cost: that of `split`."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.segments = Segments(())

    def add(self, message: int, pointer: str, text: Text) -> bool:
        """Append one text; True if it should stay valid JSON but is not valid JSON to begin with."""
        broken = False
        pieces: Pieces | None = None
        if text.text and text.way is Way.FREE:
            pieces = split(text.text)
        elif text.text and text.way is not Way.WHOLE:
            pieces = split(text.text, kind="json")
            if pieces.form[0] != Form.FRAME:  # it was not cut as one JSON document
                broken = not _is_json(text.text)
                pieces = split(text.text) if broken else None
        if pieces is None:  # empty, never to be cut, or JSON of a kind that the splitter does not cut
            pieces = Pieces()
            pieces.add(0, form=Form.FRAME)
        first = len(self.segments)
        self._extend(pieces, len(text.text))
        self.sources.append(Source(text.text, message, pointer, pieces.kind))
        if text.lasting:
            self.segments.form[self.speaking(range(first, len(self.segments)))] = Form.FRAME
        return broken

    def _extend(self, pieces: Pieces, length: int) -> None:
        rows, base = self.segments, len(self.segments)
        rows.source.extend(array("i", [len(self.sources)]) * len(pieces))
        rows.start.extend(pieces.start)
        rows.end.extend(pieces.start[1:])
        rows.end.append(length)
        if base and max(pieces.needs) >= 0:
            rows.needs.extend([need + base if need >= 0 else -1 for need in pieces.needs])
        else:
            rows.needs.extend(pieces.needs)
        rows.form.extend(pieces.form)
        rows.pin.extend(bytes(len(pieces)))

    def speaking(self, rows: range, last: bool = False) -> int:
        """The first (or last) of `rows` that holds more than whitespace; if none does, the first (last)."""
        order = range(rows.stop - 1, rows.start - 1, -1) if last else rows
        return next((row for row in order if self.text(row).strip()), order[0])

    def text(self, row: int) -> str:
        """The text of one row."""
        segments = self.segments
        return self.sources[segments.source[row]].text[segments.start[row] : segments.end[row]]

    def finish(self) -> tuple[tuple[Source, ...], Segments]:
        """The sources and the segments that point into them."""
        sources = tuple(self.sources)
        self.segments.sources = sources
        return sources, self.segments


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
