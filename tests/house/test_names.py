"""Names: one module and one public class of each name, no empty words, no vague locals."""

from __future__ import annotations

import ast
import re

from tests.house import measure
from tests.house.files import path_of, program, suite

# Module names that several rooms share, and why; a noun of the program has a file in each room
# that does something with it.  This list may only shrink.
SHARED_MODULE_NAMES = {
    "alerts": "noun: domain, its tables",
    "articles": "noun: domain, store, actions, cli",
    "coverage": "noun: its sentences in health, its counts in the store",
    "deliveries": "noun: actions, cli",
    "feed_notices": "noun: the rule in health, its rows in the store",
    "feeds": "noun: domain, store, actions, cli, web",
    "flagged": "noun: actions, web",
    "keywords": "noun: classify, actions, cli",
    "marks": "noun: store, actions, cli",
    "people": "noun: actions, cli, web",
    "redirects": "the rule in polling, its writes in the store",
    "search": "noun: cli, the console",
    "service": "the process in runtime, the command in cli",
    "sign_in": "noun: actions, web",
    "silences": "noun: alerts, store, actions, cli",
    "subscriptions": "noun: store, actions, cli",
    "tokens": "the rule in alerts, its rows in the store",
    "websub": "noun: polling, store, web",
}
SHARED_CLASS_NAMES: dict[str, str] = {}
# `service` is none of them: it is the word for the running program.
EMPTY_WORDS = re.compile(r"manager|helper|utils?\b|handler", re.IGNORECASE)

MOST_VAGUE = 0.005  # the share of all bindings whose name says nothing
MOST_VAGUE_IN_TESTS = 0.005


def test_no_two_modules_have_one_name():
    duplicates = measure.duplicate_modules(program())
    assert not {name: duplicates[name] for name in duplicates.keys() - SHARED_MODULE_NAMES}
    assert not SHARED_MODULE_NAMES.keys() - duplicates, "take it off the list"


def test_no_two_public_classes_have_one_name():
    duplicates = measure.duplicate_classes(program())
    assert not {name: duplicates[name] for name in duplicates.keys() - SHARED_CLASS_NAMES}


def test_names_say_what_a_thing_is():
    empty = []
    for module in program():
        names = [module.path.stem, *(node.name for node in measure.functions(module))]
        empty += [f"{module.path}: {name}" for name in names if EMPTY_WORDS.search(name)]
    assert not empty


def test_locals_are_named_by_what_they_hold():
    bound = sum(len(measure.bindings(module)) for module in program())
    vague = sum(len(measure.vague_bindings(module)) for module in program())
    assert vague / bound <= MOST_VAGUE, "`python -m tests.house.measure --names` lists them"


def test_locals_of_tests_are_named_by_what_they_hold():
    bound = sum(len(measure.bindings(module)) for module in suite())
    vague = sum(len(measure.vague_bindings(module)) for module in suite())
    assert vague / bound <= MOST_VAGUE_IN_TESTS


def test_what_others_may_call_says_what_it_promises():
    bare = []
    for module in program():
        for node in module.tree.body:
            public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if public and not node.name.startswith("_") and not _explains_itself(node):
                bare.append(f"{module.path}: {node.name}")
    assert not bare


def _explains_itself(node: measure.Function | ast.ClassDef) -> bool:
    """Whether it has a docstring, or is an overload, an enum or a table of settings."""
    overload = "overload" in [ast.unparse(decorator) for decorator in node.decorator_list]
    if ast.get_docstring(node) or overload or node.name in ("main", "upgrade"):
        return True
    bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
    return any("Enum" in base or base == "Section" for base in bases)


def test_the_first_sentence_of_a_module_holds_a_term_to_search_for():
    """The term is a word of the module's name, of its folder's, or of the glossary."""
    glossary = glossary_terms()
    untitled = []
    for module in program():
        sentence = first_sentence(module.tree)
        name_parts = set(re.split(r"[._]", module.name)) - {"monitor"}
        words = re.findall(r"[a-z]{3,}", sentence.lower().replace("n-gram", "ngram"))
        named = {stem(word) for word in words} & {stem(term) for term in name_parts | glossary}
        package = module.name == "monitor" or module.is_migration
        if not sentence or "?" in sentence or not (named or package):
            untitled.append(f"{module.path}: {sentence or 'no docstring'}")
    assert not untitled


def first_sentence(tree: ast.Module) -> str:
    """The docstring up to its first full stop or empty line, on one line."""
    paragraph = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=[.?!])\s", paragraph)[0]


def glossary_terms() -> set[str]:
    """The words that the glossary of docs/design.md explains, split at commas and spaces."""
    design = path_of("docs/design.md").read_text(encoding="utf-8")
    table = design.split("\n## Glossary\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)[1:]
    return {word for cell in cells for word in re.findall(r"[a-z]{3,}", cell.lower())}


def stem(word: str) -> str:
    """A word without its endings, roughly: poll, polls and polling are one; copy and copies, too.

    Not a dictionary: it only has to bring the forms of one word together.
    """
    for ending in ("ies", "ing", "ed", "es", "er", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return stem(word.removesuffix(ending))
    return word


def test_forms_of_one_word_have_one_stem():
    assert stem("polling") == stem("polls") == stem("poll") != stem("policy")
    assert stem("copies") == stem("copy")
    assert stem("deliveries") == stem("deliver")
    assert stem("entries") == stem("entry") != stem("entire")
