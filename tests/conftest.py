"""Makes `tests` importable, so that all tests share one reference for the rules of `Form`."""
