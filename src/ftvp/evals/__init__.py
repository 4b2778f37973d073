"""Eval results: whether tuning improves quality on the user's own eval set."""
