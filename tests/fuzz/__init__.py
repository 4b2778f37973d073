"""Drawn command lines over drawn files: no run may end in a traceback."""
