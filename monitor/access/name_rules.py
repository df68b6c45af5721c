"""Names of people and access tokens: their form, and when two names are the same."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 60
_REFUSED = frozenset("/\\<>\"'`&?#%:;,|")


def clean_name(text: str) -> str:
    """The name without spaces around it, in the composed form of Unicode (NFC)."""
    return unicodedata.normalize("NFC", text).strip()


def name_fault(name: str) -> str:
    """What is wrong with a clean name, as the end of a sentence; empty when it can be used."""
    if not name:
        return "is empty: give the name that marks and the audit log show"
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    if not name.isprintable() or _REFUSED & set(name):
        return "may have letters, digits, spaces and . _ - @ + ( ) only"
    return ""


def folded_name(name: str) -> str:
    """The form in which names are compared: "Anna" and "anna" are one."""
    return unicodedata.normalize("NFKC", clean_name(name)).casefold()
