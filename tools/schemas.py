"""Write `data/schemas/NAME.schema.json`, which the first line of each table points an editor at.

    python tools/schemas.py [--check]

With `--check`, write nothing and fail where a file is not what the models say.
"""

from __future__ import annotations

import json
import sys

from ftvp.documents import SCHEMAS
from ftvp.render.formats import json_schema
from ftvp.tokens.counting import data_folder


def main(*, check: bool) -> None:
    """Write, or compare, the schema of every table and document."""
    folder = data_folder() / "schemas"
    wanted = {folder / f"{name}.schema.json": schema_text(name) for name in SCHEMAS}
    present = {path: path.read_text("utf-8") for path in folder.glob("*")}
    stale = {path for path in wanted | present if wanted.get(path) != present.get(path)}
    if check and stale:
        names = ", ".join(sorted(path.name for path in stale))
        sys.exit(f"out of date: {names}. Run python tools/schemas.py")
    folder.mkdir(exist_ok=True)
    for path in stale:
        path.unlink(missing_ok=True)
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    print(f"{len(wanted)} schemas are up to date")


def schema_text(name: str) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main(check="--check" in sys.argv[1:])
