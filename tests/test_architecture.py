"""Which package may import which, behind which module each library stays, and how large a file may grow."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.homes import Homes

ROOT = Path(__file__).parents[1]
PACKAGES = ("knowledge", "ingest", "assistant", "eval")
COMPOSITION_ROOT = "assistant/cli.py"
MAY_IMPORT = {
    "knowledge": {"knowledge"},
    "ingest": {"ingest", "knowledge"},
    "assistant": {"assistant", "knowledge"},
    "eval": {"eval", "assistant", "ingest", "knowledge"},
}
MOUNTED = {"ingest.cli", "eval.cli"}
"""What the composition root of the command line may import beside its own package."""
FENCES = {
    "chromadb": ("knowledge/dense.py",),
    "chromadb_rust_bindings": ("knowledge/dense_folder.py",),
    "tantivy": ("knowledge/lexical.py",),
    "sentence_transformers": ("knowledge/embedders.py",),
    "langdetect": ("knowledge/language.py",),
    "py3langid": ("knowledge/language.py",),
    "sqlalchemy": ("knowledge/store/", "assistant/store/"),
    "alembic": ("knowledge/store/", "assistant/store/"),
    "psycopg": ("knowledge/store/", "assistant/store/"),
    "selectolax": ("knowledge/richtext.py",),
    "nh3": ("knowledge/richtext.py",),
    "markdown_it": ("knowledge/richtext.py",),
    "cryptography": ("assistant/cases/sealing.py",),
    "smtplib": ("assistant/cases/mailer.py",),
    "fastapi": ("assistant/api/", "assistant/commands/serving.py"),
    "starlette": ("assistant/api/", "assistant/commands/serving.py"),
    "uvicorn": ("assistant/api/", "assistant/commands/serving.py"),
    "argon2": ("assistant/accounts/passwords.py",),
    "dateutil": ("knowledge/calendar.py",),
    "holidays": (),
    "segno": ("assistant/api/counter_card.py",),
    "httpx": ("ingest/sources/fetching.py", "eval/bench.py"),
    "pyshacl": ("ingest/sources/shapes.py",),
    "rdflib": ("ingest/sources/shapes.py",),
    "sklearn": ("eval/",),
    "torch": ("knowledge/model/teacher.py",),
    "transformers": ("knowledge/model/teacher.py",),
    "tokenizers": ("knowledge/model/corpus.py",),
    "scipy": ("knowledge/model/", "eval/deciding/calibrating.py", "eval/understanding/alarm.py"),
    "rasa_sdk": (),
    "langchain": (),
    "langchain_core": (),
    "langchain_openai": (),
    "langchain_community": (),
    "langchain_text_splitters": (),
}
HEAVY = (
    "torch",
    "chromadb",
    "sentence_transformers",
    "sklearn",
    "alembic",
    "langchain",
    "langchain_core",
    "rasa_sdk",
    "rdflib",
    "cryptography",
)
NEVER_A_NAME = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
MAX_FILE, MAX_FUNCTION = 250, 40
RUN_BY_ALEMBIC = "knowledge/store/migrations/env.py"
UNLIMITED = ("tests/", "assistant/messages/", "knowledge/content/", "knowledge/store/migrations/")
ASK = """
import sys
sys.argv = ["wegwijzer", "ask", "Kids-ID aanvragen", "--json", "--at", "2026-11-23T11:00"]
import assistant.cli
try:
    assistant.cli.main()
except SystemExit as end:
    assert not end.code, end.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@cache
def python_files() -> tuple[str, ...]:
    """The Python files of the project, as paths from its root."""
    folders = (*PACKAGES, "tests", "scripts")
    return tuple(sorted(str(file.relative_to(ROOT)) for one in folders for file in (ROOT / one).rglob("*.py")))


@cache
def script_files() -> tuple[str, ...]:
    found = (file for one in (*PACKAGES, "widget") for file in (ROOT / one).rglob("*.js"))
    return tuple(sorted(str(file.relative_to(ROOT)) for file in found if "node_modules" not in file.parts))


@cache
def tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"), path)


def product_files() -> list[str]:
    return [path for path in python_files() if path.startswith(PACKAGES)]


def imports(path: str) -> Iterator[tuple[int, str]]:
    """The modules that a file imports anywhere, also inside functions, with their lines; relative ones in full."""
    package = Path(path).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and (name := _imported_by_call(node)):
            yield node.lineno, name


def _imported_by_call(node: ast.Call) -> str:
    """The module that `import_module("x")` or `__import__("x")` names."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    first = node.args[0] if node.args else None
    if called in {"import_module", "__import__"} and isinstance(first, ast.Constant):
        return str(first.value)
    return ""


def functions(path: str) -> Iterator[tuple[str, int]]:
    """Each function of a file with its number of lines, decorators not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def limited(paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if not path.startswith(UNLIMITED)]


def test_there_is_something_to_look_at() -> None:
    assert all(any(path.startswith(f"{package}/") for path in python_files()) for package in PACKAGES)


def test_packages_import_only_in_their_direction() -> None:
    wrong = [
        f"{path}:{line} imports {module}"
        for path in product_files()
        for line, module in imports(path)
        if (package := module.partition(".")[0]) in PACKAGES
        and package not in MAY_IMPORT[path.partition("/")[0]]
        and not (path == COMPOSITION_ROOT and any(f"{module}.".startswith(f"{one}.") for one in MOUNTED))
    ]
    assert wrong == []


def test_the_product_never_imports_its_tests() -> None:
    wrong = [
        f"{path}:{line}" for path in product_files() for line, module in imports(path) if module.startswith("tests")
    ]
    assert wrong == []


@pytest.mark.parametrize("library", FENCES)
def test_a_library_stays_behind_its_module(library: str) -> None:
    allowed = FENCES[library]
    wrong = [
        f"{path}:{line}"
        for path in product_files()
        for line, module in imports(path)
        if module.partition(".")[0] == library and not (allowed and path.startswith(allowed))
    ]
    assert wrong == []


def test_every_langchain_library_has_a_fence() -> None:
    used = {module.partition(".")[0] for path in product_files() for _, module in imports(path)}
    assert {name for name in used if name.startswith("langchain")} <= set(FENCES)


def test_no_file_swallows_the_rest() -> None:
    files = limited((*python_files(), *script_files()))
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in files}
    assert {path: length for path, length in lengths.items() if length > MAX_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path}:{name}": lines
        for path in limited(python_files())
        for name, lines in functions(path)
        if lines > MAX_FUNCTION
    }
    assert long == {}


def test_no_file_is_named_for_what_is_left_over() -> None:
    assert [path for path in (*python_files(), *script_files()) if Path(path).stem.lower() in NEVER_A_NAME] == []


def test_every_module_says_what_it_is_about() -> None:
    silent = [path for path in python_files() if not ast.get_docstring(tree(path)) and tree(path).body]
    assert silent == []


def test_importing_a_module_of_the_product_runs_nothing() -> None:
    loose = [
        f"{path}:{node.lineno}"
        for path in product_files()
        for node in tree(path).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and path != RUN_BY_ALEMBIC
    ]
    assert loose == []


@pytest.fixture(scope="module")
def loaded_by_ask(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The top-level modules in a fresh process that answered a question on a filled home."""
    from tests.assistant.building import filled_home

    home = str(filled_home(homes, tmp_path_factory.mktemp("ask")).settings.home)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEGWIJZER_")}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment | {"WEGWIJZER_HOME": home},
        timeout=60,
        check=True,
    )
    assert '"kind": "escalation"' not in done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize("library", HEAVY)
def test_asking_loads_nothing_heavy(loaded_by_ask: set[str], library: str) -> None:
    assert library not in loaded_by_ask


def test_asking_loads_what_it_needs(loaded_by_ask: set[str]) -> None:
    assert {"assistant", "knowledge", "tantivy", "chromadb_rust_bindings"} <= loaded_by_ask
