"""The framework's tables, and its figures computed again."""
