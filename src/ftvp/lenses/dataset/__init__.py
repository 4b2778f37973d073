"""A training file against the checklist, and what training on it costs. Pure."""
