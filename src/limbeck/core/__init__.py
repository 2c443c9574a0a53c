"""The nouns and laws of distillation. Standard library only; knows no format, no model, no method."""
