"""Experiments whose results are kept: one a file, found by being there."""
