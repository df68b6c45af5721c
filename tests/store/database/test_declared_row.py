"""Declared rows are for migrations and tests: queries do without them."""

from __future__ import annotations

import subprocess
import sys

from monitor.store.database.declared_row import TableRow
from monitor.store.database.table_file import NAMING


def test_a_primary_key_is_named_after_its_table():
    assert TableRow.metadata.naming_convention["pk"] == NAMING["pk"]


def test_the_store_is_imported_without_the_declared_rows():
    code = "import sys, monitor.store.store; print('sqlmodel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
