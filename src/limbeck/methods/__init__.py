"""Distillation methods, one a file. They take models as plain functions and know no format and no cache."""
