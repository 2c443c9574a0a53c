"""A case: what a method is given, what it is asked, and what must survive. And the protocol of a method.

The bench does not know how methods work, and methods do not learn what is needed: they see `given` and
`query` only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from limbeck.bench.texts import Given, given_text
from limbeck.split.atoms import atoms

__all__ = ["Case", "Cut", "Method", "Need", "Output"]

Cut = Callable[[float], Given]


class Method(Protocol):
    """What the bench measures: prepare once, cut at several budgets."""

    @property
    def name(self) -> str:
        """The name in the table."""
        ...

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        """Do the work that does not depend on the budget.

        Args:
            given: A text or a list of messages in OpenAI's format.
            query: What the output must still answer; may be empty.
            seed: For methods that draw at random.

        Returns:
            A function from `keep`, the fraction of tokens to keep, to a smaller thing of the same kind.
        """
        ...


@dataclass(frozen=True)
class Need:
    """What must survive, for one column of the table.

    Attributes:
        column: The name of the column.
        kind: `atom`: must be among the atoms of the output, exactly; `text`: must stand whole in its text.
        items: The distinct strings, at least one.
    """

    column: str
    kind: Literal["atom", "text"]
    items: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One measurement: a thing to make smaller and what must survive in it.

    Attributes:
        task: `later`, `evidence` or `marked`.
        id: The row and what was asked of it.
        source: Where the row comes from; figures are means over sources.
        cluster: The task that the row is a run of; intervals are clustered by it.
        given: A text or messages.
        query: May be empty.
        needs: At least one.
    """

    task: str
    id: str
    source: str
    cluster: str
    given: Given
    query: str
    needs: tuple[Need, ...]


class Output:
    """What a method gave back, read once for all columns.

    Args:
        given: A text or messages.
    """

    def __init__(self, given: Given) -> None:
        self.text = given_text(given)

    @cached_property
    def atoms(self) -> set[str]:
        """The atoms of the text; found when first asked for."""
        return atoms(self.text)

    def survival(self, need: Need) -> float:
        """The share of the needed items that the output still holds, 0 to 1."""
        if need.kind == "atom":
            held = sum(item in self.atoms for item in need.items)
        else:
            held = sum(item in self.text for item in need.items)
        return held / len(need.items)
