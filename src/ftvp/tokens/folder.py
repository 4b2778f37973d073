"""Where the data that ships with the package lies."""

from __future__ import annotations

from pathlib import Path


def data_folder() -> Path:
    """Return the folder of tables and vocabularies: the installed one, else the checkout's."""
    package = Path(__file__).parent.parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent.parent / "data"
