"""Modules of the browser code put together as one file: one request instead of one for each of them."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import PurePosixPath

_IMPORT = re.compile(r'^import (?:\{([^}]*)\}|(\w+)) from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*(?:[^*]|\*(?!/))*\*/|//.*)\n", re.MULTILINE)


@cache
def bundled(entry: str) -> str:
    """Return a module of the package `widget` and all it imports as one module; style sheets become their text.

    What is imported comes first, each in a scope of its own, so that names need not be unique. The code has only named
    imports, none in a circle, and exports only where something is declared (a test runs the result).
    """
    order: dict[str, str] = {}
    _take(entry, order)
    names = {path: f"m{number}" for number, path in enumerate(order)}
    return "\n".join(_scope(path, source, names) for path, source in order.items())


def _take(path: str, order: dict[str, str]) -> None:
    """Put a file into `order` after all it imports."""
    if path in order:
        return
    source = resources.files("widget").joinpath(*path.split("/")).read_text("utf-8")
    if path.endswith(".js"):
        for _, _, name in _IMPORT.findall(source):
            _take(_beside(path, name), order)
    order[path] = source


def _beside(path: str, name: str) -> str:
    """The path that a module means by a relative name."""
    parts = list(PurePosixPath(path).parent.parts)
    for part in name.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _scope(path: str, source: str, names: dict[str, str]) -> str:
    if path.endswith(".css"):
        plain = re.sub(r"/\*.*?\*/|\n\s*", "", source, flags=re.DOTALL)
        return f"const {names[path]} = {json.dumps(plain, ensure_ascii=False)};"

    def taken(found: re.Match[str]) -> str:
        several, one, name = found.groups()
        whole = names[_beside(path, name)]
        given = re.sub(r"(\w+) as (\w+)", r"\1: \2", several) if several is not None else ""
        return f"const {{{given}}} = {whole};\n" if several is not None else f"const {one} = {whole};\n"

    exported = _EXPORT.findall(source)
    body = _EXPORT.sub("", _IMPORT.sub(taken, source)).replace("export {};\n", "")
    body = _COMMENT.sub("", body).strip()
    return f"const {names[path]} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"
