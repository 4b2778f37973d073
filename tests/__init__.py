"""The tests of ftvp."""
