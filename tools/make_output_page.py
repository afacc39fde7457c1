"""Makes docs/output.md, which documents every key of the output for programs, from the JSON Schemas.

Run ``python -m tools.make_output_page`` after a change of `segcore/reports/schemas`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "output.md"

_HEAD = """\
# Output for programs

`--json` (short for `--format json`) prints one JSON object.
The first two keys are the format and the version of segcore:

```json
{"format": "segcore-estimate/1", "segcore": "0.1.0", ...}
```

- Counts are integers. Costs and prices are strings such as `"3.4689"`: read them as decimals, not as floats.
- `null` means unknown or not applicable. It never means zero.
- A release may add keys, so ignore keys that you do not know.
  If a key disappears or changes its meaning, the number after the slash changes.
- The package contains a JSON Schema for each format, in `segcore/reports/schemas/`.
  It describes exactly what this release prints. The tables below are generated from it.
"""

_HEADINGS = "| Key | Type | Meaning |\n| --- | --- | --- |\n"


def schema(command: str) -> dict[str, Any]:
    """Return the JSON Schema of a command's output."""
    text = files("segcore.reports").joinpath(f"schemas/{command}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def keys(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield path, type and description of each key of an object."""
    for name, each in node.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield here, _type(each), each.get("description", "")
        while each.get("type") == "array":
            each, here = each["items"], f"{here}[]"  # noqa: PLW2901
        yield from keys(each, here)
        more = each.get("additionalProperties")
        if isinstance(more, dict):
            yield from keys(more, f"{here}.*")


def _type(node: dict[str, Any]) -> str:
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " or ".join("null" if each is None else f"`{each}`" for each in node["enum"])
    kinds = [node["type"]] if isinstance(node["type"], str) else list(node["type"])
    if "pattern" in node and "[0-9]+(" in node["pattern"]:
        kinds[0] = "decimal"
    return " or ".join(kinds)


def _title(command: str) -> str:
    return "segcore bandwidth reconcile" if command == "reconcile" else f"segcore {command}"


def page() -> str:
    """Return the page."""
    parts = [_HEAD]
    for command in ("estimate", "inspect", "count", "profiles", "template", "rates", "reconcile"):
        found = schema(command)
        parts.append(f"\n## {_title(command)}\n\n{found['description']}\n\n{_HEADINGS}")
        for each in found.get("oneOf", [found])[:1]:
            parts += [f"| `{path}` | {kind} | {text} |\n" for path, kind, text in keys(each)]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
