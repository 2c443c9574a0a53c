"""Provider JSON <-> `Context`: what came in is detected, and rendered back in kind."""

from __future__ import annotations

from limbeck.core.body import Body

from .detect import read

__all__ = ["Body", "read"]
