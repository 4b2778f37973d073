"""What every run of the tests shares."""

from __future__ import annotations

import gc

# As the program itself does: searching for unreachable objects took a fifth of the suite.
gc.set_threshold(100_000)
