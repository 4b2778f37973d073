"""One test of many rows, which names each row that fails: a test for each costs more than it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

Row = TypeVar("Row")


def of_each(rows: Mapping[str, Row]) -> Callable[[Callable[[Row], None]], Callable[[], None]]:
    """Return a decorator that makes one test of a test of a row, by the names of the rows."""

    def decorated(test: Callable[[Row], None]) -> Callable[[], None]:
        def of_all() -> None:
            assert rows
            failed = []
            for name, row in rows.items():
                try:
                    test(row)
                except Exception as error:  # noqa: BLE001  raised below, with all others
                    error.add_note(f"{test.__name__}: {name}")
                    failed.append(error)
            if failed:
                which = f"{len(failed)} of {len(rows)} rows"
                raise ExceptionGroup(which, failed)

        of_all.__doc__, of_all.__module__ = test.__doc__, test.__module__
        return of_all

    return decorated
