"""Should I fine-tune a model, or keep prompting?

>>> from datetime import date
>>> from ftvp import Scenario, breakeven
>>> told = Scenario(volume=10_000, prompt_tokens=1200, tuned_prompt_tokens=400, output_tokens=200)
>>> answer = breakeven(told, as_of=date(2026, 11, 26))
>>> answer.verdict.choice, round(answer.monthly_saving_usd, 2), answer.breakeven.reason
('prompt', 6.14, 'own_work')
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftvp.api import breakeven, compare, decide, evals, load_tables
    from ftvp.errors import FtvpError
    from ftvp.scenario import Scenario
    from ftvp.version import __version__

__all__ = [
    "FtvpError",
    "Scenario",
    "__version__",
    "breakeven",
    "compare",
    "decide",
    "evals",
    "load_tables",
]


class _Package(ModuleType):
    """This package, in which no room hides the public function of the same name.

    Importing `ftvp.decide.facts` makes Python set the name `decide` of its package to the room.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name not in __all__ or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    """Return a public name, importing its module when it is first asked for."""
    if name == "__version__":
        from ftvp.version import __version__

        return __version__
    if name not in __all__:
        message = f"module 'ftvp' has no attribute '{name}'"
        raise AttributeError(message)
    from ftvp import api, errors, scenario

    homes = {"Scenario": scenario, "FtvpError": errors}
    return getattr(homes.get(name, api), name)
