"""Seeded faults and honest controls: what a checker of written texts must find, and what it must leave alone.

Nothing here knows how a checker works. A case is made from a folder of real material when it is asked for, and is
never stored in the repository. `benchmarks/guard_faults.py` runs a checker over the cases.
"""
