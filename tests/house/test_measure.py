"""The figures of the house, counted on a small program made for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import measure

FILES = {
    "__init__.py": "",
    "__main__.py": "from monitor.shop import till",
    "loose.py": "import monitor.shop.till\n",
    "shop/__init__.py": "",
    "shop/till.py": "from monitor import stock\nfrom monitor.shop import shelf\nclass Till: ...\n",
    "shop/shelf.py": "def sum_up(one, price):\n    '''Say it.'''\n    # why\n\n    return one\n",
    "stock/__init__.py": "",
    "stock/till.py": "def late():\n    from monitor.shop.till import Till\n\n\nclass Till: ...\n",
    "stock/nested.py": (
        "rows = [[1]]\na = [n for row in rows for n in row]\nb = [[n for n in r] for r in rows]\n"
    ),
}


@pytest.fixture
def modules(tmp_path: Path) -> list[measure.Module]:
    for name, text in FILES.items():
        path = tmp_path / "monitor" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return measure.modules_of(tmp_path)


def test_rooms_are_packages_and_loose_modules(modules):
    assert measure.loose_modules(modules) == ["loose"]
    assert measure.rooms(modules) == ["loose", "shop", "stock"]


def test_an_arrow_joins_two_rooms_once_and_imports_in_functions_count(modules):
    arrows = measure.room_arrows(modules)
    assert arrows == {"loose": {"shop"}, "shop": {"stock"}, "stock": {"shop"}}
    assert measure.rings(arrows) == [["shop", "stock"]]


def test_modules_in_one_room_may_form_a_ring(modules):
    arrows = measure.module_arrows(modules)
    assert arrows["monitor.shop.till"] == {"monitor.shop.shelf", "monitor.stock"}
    assert not measure.rings(arrows)


def test_duplicate_names_are_listed_with_their_places(modules):
    places = ["monitor/shop/till.py", "monitor/stock/till.py"]
    assert measure.duplicate_modules(modules) == {"till": places}
    assert measure.duplicate_classes(modules) == {"Till": places}


def test_code_lines_leave_out_blanks_comments_and_the_docstring(modules):
    (shelf,) = [module for module in modules if module.path.stem == "shelf"]
    (function,) = measure.functions(shelf)
    assert measure.code_lines(shelf, function) == 1


def test_a_comprehension_over_two_things_counts_as_nested(modules):
    (nested,) = [module for module in modules if module.path.stem == "nested"]
    assert measure.nested_comprehensions(nested) == [2, 3]


def test_a_name_counts_once_in_each_scope(modules):
    (shelf,) = [module for module in modules if module.path.stem == "shelf"]
    assert measure.bindings(shelf) == [("one", 1), ("price", 1)]
    assert measure.vague_bindings(shelf) == [("one", 1)]


def test_a_percentile_is_one_of_the_values():
    assert measure.percentile([4, 1, 3, 2], 0.95) == 4
    assert measure.percentile(list(range(101)), 0.95) == 95
