"""What a user calls: wires formats, counters, methods and policy, and verifies every result."""

from .compaction import compact

__all__ = ["compact"]
