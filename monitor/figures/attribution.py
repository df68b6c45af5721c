"""Attribution: the claimant of a figure, the party behind the claimant, and through whom it came.

The order: the headline's form, the nearest speaker of the figure's sentence, the sentences that
repeat the figure, the first sentence of the text.  A figure in the text that names nobody takes
the headline's speaker.  A pronoun stands for the last speaker named before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.figures.cjk_speakers import CHINESE, JAPANESE, KOREAN
from monitor.figures.english_speakers import ENGLISH
from monitor.figures.european_speakers import EUROPEAN
from monitor.figures.figure import Attribution, Mention
from monitor.figures.figure_pack import FigurePack
from monitor.figures.sentences import sentence_spans
from monitor.figures.speakers import SpeakerGrammar, nearest_speaker

GRAMMARS: Mapping[str, SpeakerGrammar] = {
    "en": ENGLISH, "ko": KOREAN, "ja": JAPANESE, "zh": CHINESE, **EUROPEAN,
}  # fmt: skip

_READ_MENTIONS = 5  # sentences that repeat a figure of the headline


@dataclass(frozen=True, slots=True)
class AttributionRules:
    """The rules for one article."""

    title: str
    whole: str  # headline, line break, text
    grammar: SpeakerGrammar
    pack: FigurePack

    def attribute(self, mentions: Sequence[Mention]) -> Attribution:
        """Who states a figure that is mentioned here; the first mention counts most."""
        claimant = self._claimant(mentions)
        through = self._medium(mentions[0], claimant)
        source = self._behind_medium(mentions[0], claimant)
        if source:
            claimant, through = source, claimant
        return Attribution(claimant=claimant, party=self.pack.party_of(claimant), through=through)

    def _behind_medium(self, mention: Mention, claimant: str | None) -> str | None:
        """The speaker whom a medium quotes: "Kyiv says …, Reuters reports"."""
        if claimant is None or not self._is_medium(claimant):
            return None
        sentence = self.whole[mention.sentence_start : mention.sentence_end]
        speakers = [
            speaker
            for speaker in self.grammar.of_sentence(sentence)
            if not self.pack.medium_in(speaker.name)
        ]
        return nearest_speaker(
            speakers, mention.quote_start, before_first=self.grammar.named_before
        )

    def _is_medium(self, claimant: str) -> bool:
        medium = self.pack.medium_in(claimant)
        return medium is not None and medium.casefold() == claimant.casefold()

    def _claimant(self, mentions: Sequence[Mention]) -> str | None:
        first = mentions[0]
        of_headline = self.grammar.of_headline(self.title)
        if not self._in_headline(first):
            return self._of_mention(first) or self._before_pronoun(first) or of_headline
        if of_headline:
            return of_headline
        for mention in mentions[:_READ_MENTIONS]:
            if claimant := self._of_mention(mention):
                return claimant
        return self._of_first_sentence()

    def _in_headline(self, mention: Mention) -> bool:
        return mention.sentence_end <= len(self.title)

    def _of_mention(self, mention: Mention) -> str | None:
        """The nearest speaker of the mention's sentence."""
        sentence = self.whole[mention.sentence_start : mention.sentence_end]
        speakers = self.grammar.of_sentence(sentence)
        return nearest_speaker(
            speakers, mention.quote_start, before_first=self.grammar.named_before
        )

    def _before_pronoun(self, mention: Mention) -> str | None:
        """The last speaker named before a sentence whose speaker is a pronoun."""
        sentence = self.whole[mention.sentence_start : mention.sentence_end]
        if not self.grammar.pronoun.search(sentence):
            return None
        earlier = [span for span in sentence_spans(self.whole) if span[1] <= mention.sentence_start]
        for start, end in reversed(earlier):
            speakers = self.grammar.of_sentence(self.whole[start:end])
            if speakers:
                return max(speakers, key=lambda speaker: speaker.position).name
        return None

    def _of_first_sentence(self) -> str | None:
        """The speaker of the text's first sentence, for a headline that names nobody."""
        for start, end in sentence_spans(self.whole):
            if start > len(self.title):
                return nearest_speaker(
                    self.grammar.of_sentence(self.whole[start:end]), 0, before_first=False
                )
        return None

    def _medium(self, mention: Mention, claimant: str | None) -> str | None:
        """A medium that the figure's sentence or the headline names beside the claimant."""
        sentence = self.whole[mention.sentence_start : mention.sentence_end]
        for text in (sentence, self.title):
            medium = self.pack.medium_in(text)
            if medium and claimant and medium.casefold() not in claimant.casefold():
                return medium
        return None


def attribute(
    title: str, whole: str, mentions: Sequence[Mention], language: str, pack: FigurePack
) -> Attribution:
    """Who states the figure of these mentions."""
    return AttributionRules(title, whole, GRAMMARS[language], pack).attribute(mentions)
