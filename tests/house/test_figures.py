"""The tables of coverage and of mutants count what they say."""

from __future__ import annotations

from tests.house import coverage_by_room, mutants


def test_coverage_counts_lines_and_branches_of_each_room():
    def entry(statements: int, lines: int, branches: int, reached: int) -> dict[str, object]:
        summary = {
            "num_statements": statements,
            "covered_lines": lines,
            "num_branches": branches,
            "covered_branches": reached,
        }
        return {"summary": summary}

    files = {
        "monitor/text/urls.py": entry(10, 10, 4, 4),
        "monitor/store/store.py": entry(6, 3, 0, 0),
        "monitor/store/schema/base.py": entry(4, 4, 2, 0),
        "monitor/__init__.py": entry(1, 1, 0, 0),
        "tests/fakes.py": entry(9, 0, 0, 0),
    }
    rooms = coverage_by_room.by_room({"files": files})
    assert list(rooms) == ["(top)", "store", "text"]
    assert (rooms["store"].total, rooms["store"].covered) == (12, 7)
    assert rooms["text"].percent == 100


def test_a_mutant_whose_tests_fail_or_hang_is_killed_and_one_without_tests_survives():
    codes = {"a": 1, "b": 36, "c": 0, "d": 33, "e": None, "f": 1}
    counts = mutants.counted(codes)
    assert counts == {"killed": 3, "survived": 1, "without tests": 1, "not run": 1}
    assert mutants.score(counts) == 0.6
    assert mutants.score({}) == 0
