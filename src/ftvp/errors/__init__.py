"""Every mistake a user can make, each worded by its own class: what, where, what to do.

One place (`ftvp.cli`) catches `FtvpError`, prints it to stderr and exits 2. Anything else is a bug.
"""

from ftvp.errors.asked import (
    AmbiguousNameError,
    ConflictError,
    MissingAnswersError,
    MissingInputError,
    MissingRateError,
    NotADayError,
    NotATableError,
    OutOfRangeError,
    UnknownNameError,
    UnmatchedFlagError,
)
from ftvp.errors.base import FileProblemsError, FtvpError, Problem, nearest, visible, visible_lines
from ftvp.errors.evals import (
    EvalFieldError,
    EvalScaleError,
    NotEvalResultsError,
    NothingPairedError,
    OneClusterError,
)
from ftvp.errors.pricing import (
    NoPriceFileError,
    NoPriceYetError,
    NotInstalledError,
    NotPricesError,
    ShutDownError,
    StalePriceError,
    UnknownPriceError,
)
from ftvp.errors.reading import (
    BlankRunError,
    EmptyFileError,
    ManyRecordsError,
    NotAPromptError,
    NotUtf8Error,
    UnreadableFileError,
    UnwritableFileError,
)

__all__ = [
    "AmbiguousNameError",
    "BlankRunError",
    "ConflictError",
    "EmptyFileError",
    "EvalFieldError",
    "EvalScaleError",
    "FileProblemsError",
    "FtvpError",
    "ManyRecordsError",
    "MissingAnswersError",
    "MissingInputError",
    "MissingRateError",
    "NoPriceFileError",
    "NoPriceYetError",
    "NotADayError",
    "NotAPromptError",
    "NotATableError",
    "NotEvalResultsError",
    "NotInstalledError",
    "NotPricesError",
    "NotUtf8Error",
    "NothingPairedError",
    "OneClusterError",
    "OutOfRangeError",
    "Problem",
    "ShutDownError",
    "StalePriceError",
    "UnknownNameError",
    "UnknownPriceError",
    "UnmatchedFlagError",
    "UnreadableFileError",
    "UnwritableFileError",
    "nearest",
    "visible",
    "visible_lines",
]
