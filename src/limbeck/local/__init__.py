"""Models on this machine, as plain functions: so far the token counters."""
