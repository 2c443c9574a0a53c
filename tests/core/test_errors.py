"""The errors that carry more than a message."""

from __future__ import annotations

import pickle

from limbeck.core.errors import LimbeckError, ModelError


def test_a_model_error_says_why_and_pickles() -> None:
    error = ModelError("the model wrote nothing", "timeout", "after 30.0 s")
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, RuntimeError) and isinstance(back, LimbeckError)
    assert (str(back), back.kind, back.detail) == ("the model wrote nothing", "timeout", "after 30.0 s")
    assert (ModelError("x").kind, ModelError("x").detail) == ("malformed", "")
