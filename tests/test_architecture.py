"""The layout's promises: who may import whom, how long a file may be, what the public API holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import aftershock

SOURCE = Path(aftershock.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
# A module may import from modules on its own level or above.
LEVELS = [
    ("_version", "errors", "months", "words"),
    ("checks", "documents", "vintages"),
    ("contract",),
    ("figures",),
    ("panel",),
    ("streams",),
    ("sources", "models", "scores"),
    ("store", "summary"),
    ("exports", "jobs", "holdings"),
    ("actors",),
    ("system",),
    ("scenarios",),
    ("backtests", "explanations"),
    ("accounts",),
    ("report", "submission", "grid"),
    ("workflow",),
    ("web",),
    ("cli",),
    ("__main__",),
]
LEVEL = {name: level for level, names in enumerate(LEVELS) for name in names}
ALONE = {"sources", "models", "scores", "store", "summary"}  # beside each other, not on each other
ALLOWED_BESIDE = {("store", "sources"), ("store", "panel"), ("summary", "figures")}


def name_of(path):
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imports(path):
    """Every module of the package that a file imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("aftershock"):
            parts = node.module.split(".")
            yield from ([parts[1]] if len(parts) > 1 else [alias.name for alias in node.names])
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith("aftershock."))


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if p.name != "__init__.py" or p.parent != SOURCE],
    ids=lambda p: str(p.relative_to(SOURCE)),
)
def test_imports_point_one_way(path):
    here = name_of(path)
    for there in imports(path):
        if there == here:
            continue
        assert LEVEL[there] <= LEVEL[here], f"{here} imports {there}, which lies below it"
        if LEVEL[there] == LEVEL[here] and here in ALONE:
            assert (here, there) in ALLOWED_BESIDE, f"{here} imports {there}, which stands beside it"


def test_every_module_has_a_level():
    assert {name_of(p) for p in FILES if p.parent != SOURCE or p.name != "__init__.py"} <= set(LEVEL)


def test_array_kernels_import_arrays_alone():
    for path in [SOURCE / "scores/kernels.py"]:
        outside = {n.split(".")[0] for n in _outside(path)}
        assert outside <= {"__future__", "typing", "numpy", "scipy", "numba", "aftershock"}


def _outside(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_files_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_public_names_exist_and_are_documented():
    for name in aftershock.__all__:
        thing = getattr(aftershock, name)
        assert name == "__version__" or thing.__doc__, name
    assert set(dir(aftershock)) == set(aftershock.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        aftershock.nothing


def test_help_loads_nothing_heavy():
    code = "import sys, aftershock.cli; print(sorted({'numpy', 'pandas', 'pyarrow', 'duckdb', 'vl_convert', 'rich'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
