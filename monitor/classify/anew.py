"""Which stored verdicts would the operator's own lexicon entries change?  Those are judged anew."""

from __future__ import annotations

from collections.abc import Collection

from monitor.classify.lexicon import Lexicon
from monitor.classify.text import prepare
from monitor.domain import Entry, Verdict
from monitor.ports import Classifier


class Anew:
    """Judges the entries that name one of these lexicon entries, and leaves all others alone."""

    def __init__(self, judge: Classifier, lexicon_entries: Collection[str]) -> None:
        """`lexicon_entries` as they are written, silent ones too."""
        named = dict.fromkeys(lexicon_entries, ("OWN",))
        self._named = Lexicon(named, titles={"OWN": "the operator's"})
        self._judge = judge

    def __call__(self, entry: Entry) -> Verdict | None:
        """The verdict of today, or None: none of them is named, what was said stands."""
        text = prepare(entry.title, entry.text)
        if not self._named.hits(text.shown, text.folded):
            return None
        return self._judge.judge([entry])[0]
