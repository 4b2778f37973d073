"""Production logs: who asked which model how often, with how many tokens, and what was cached."""
