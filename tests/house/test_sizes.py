"""Limits of size: files, folders, functions, nesting, and what a newcomer reads first.

A limit that is marked as a ratchet holds what is there today and may only be lowered.
"""

from __future__ import annotations

import ast
from collections import Counter

from tests.house import measure
from tests.house.files import path_of, program, suite

LONGEST_TEST_FILE = 550  # a ratchet; a table of cases is longer than the code that it tests
FULLEST_TEST_FOLDER = 20
LONGEST_FUNCTION, MOST_PARAMETERS, DEEPEST_NESTING = 40, 6, 4
MOST_NESTED_COMPREHENSIONS = 1  # in a migration, which stays as it ran
READ_FIRST = (
    "domain/feeds", "domain/articles", "domain/alerts", "domain/delivery_schedule",
    "domain/messages", "domain/reasons", "domain/errors", "domain/ports", "pipeline/poll",
    "pipeline/deliver",
)  # fmt: skip
FIRST_READ = 1_210  # lines of the nouns, the ports and the two stories; a ratchet

# Functions with more parameters, and why; this list may only shrink.
WIDE = {
    ("monitor/runtime/service.py", "__init__"): "two contexts, two listeners, the clock of tests",
}


def test_no_file_is_longer_than_a_reader_can_hold():
    assert not measure.long_files(program())


def test_no_test_file_is_longer_than_a_reader_can_hold():
    lengths = {str(module.path): len(module.text.splitlines()) for module in suite()}
    assert not {path: size for path, size in lengths.items() if size > LONGEST_TEST_FILE}


def test_no_folder_holds_more_modules_than_a_reader_looks_through():
    assert not measure.full_folders(program())
    sizes = Counter(str(module.path.parent) for module in suite())
    assert not {path: size for path, size in sizes.items() if size > FULLEST_TEST_FOLDER}


def test_a_function_is_short_and_takes_few_arguments():
    long, wide = [], []
    for module in program():
        for node in measure.functions(module):
            name = f"{module.path}: {node.name}"
            if not module.is_migration and measure.code_lines(module, node) > LONGEST_FUNCTION:
                long.append(name)
            options_are_parameters = module.room == "cli"
            listed = (str(module.path), node.name) in WIDE
            if parameters(node) > MOST_PARAMETERS and not options_are_parameters and not listed:
                wide.append(name)
    assert not long
    assert not wide


def parameters(node: measure.Function) -> int:
    arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    return sum(argument.arg not in ("self", "cls") for argument in arguments)


def test_no_function_nests_deeper_than_four_blocks():
    deep = []
    for module in program():
        nested = [
            node
            for node in measure.functions(module)
            if max(map(nesting, node.body)) > DEEPEST_NESTING
        ]
        deep += [f"{module.path}: {node.name}" for node in nested]
    assert not deep


def nesting(node: ast.AST, depth: int = 0) -> int:
    """The number of blocks around the deepest statement; an `elif` is no block of its own."""
    blocks = ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try
    inner = depth + isinstance(node, blocks)
    children = [
        child
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, measure.Function | ast.Lambda)
    ]
    return max([inner, *(nesting(child, inner - _is_elif(node, child)) for child in children)])


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]


def test_comprehensions_are_not_nested():
    nested = sum(len(measure.nested_comprehensions(module)) for module in program())
    assert nested <= MOST_NESTED_COMPREHENSIONS, "`python -m tests.house.measure --names` lists"


def test_what_a_newcomer_reads_first_is_short():
    files = [path_of(f"monitor/{name}.py") for name in READ_FIRST]
    lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in files]
    assert sum(lines) <= FIRST_READ
