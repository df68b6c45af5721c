"""Fingerprints of many texts at once are those that the definition gives, one text at a time."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import near_duplicates
from monitor.articles.fingerprints import fingerprints
from monitor.articles.near_duplicates import ComparableText
from monitor.text import comparison
from tests.fakes import NOW

BASE, MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1
WORDS = st.sampled_from(["sappers", "leave", "for", "kursk", "again", "and", "seven", "trains"])
SENTENCES = st.lists(WORDS, max_size=90).map(" ".join)
HAN = st.text("朝鲜派遣工兵前往库尔斯克州参加重建工作", max_size=150)
BODIES = st.one_of(SENTENCES, HAN, st.builds("{} {}".format, SENTENCES, HAN), st.text(max_size=200))


def text(title: str, body: str, feed: str = "f") -> ComparableText:
    return near_duplicates.comparable_text(title=title, text=body, published_at=NOW, feed=feed)


def by_definition(compared: ComparableText) -> tuple[int, ...]:
    """The least hash of every window of runs, step by step."""
    numbers = list(of_headline(compared))
    if not near_duplicates.is_headline_only(compared):
        length = comparison.for_script(compared.lead, (4, 7))
        window = comparison.for_script(compared.lead, (6, 16))
        hashes = list(run_hashes([code(token) for token in compared.lead], length))
        starts = range(max(1, len(hashes) - window + 1))
        numbers += [min(hashes[start : start + window]) for start in starts]
    return tuple(dict.fromkeys(numbers))


def of_headline(compared: ComparableText) -> Iterator[int]:
    if near_duplicates.has_telling_headline(compared):
        words = " ".join(compared.headline).encode("utf-8", "surrogatepass")
        yield mixed(crc32(words) << 32 | crc32(words[::-1])) | 1


def run_hashes(codes: list[int], length: int) -> Iterator[int]:
    for start in range(len(codes) - length + 1):
        number = 0
        for value in codes[start : start + length]:
            number = (number * BASE + value) & MASK
        yield mixed(number) & ~1


def mixed(number: int) -> int:
    number = ((number ^ number >> 31) * BASE) & MASK
    return (number ^ number >> 29) >> 1


def code(token: str) -> int:
    return crc32(token.encode("utf-8", "surrogatepass"))


@given(st.lists(st.tuples(SENTENCES, BODIES), max_size=6))
def test_they_are_those_of_the_definition_whatever_texts_come_together(pairs):
    texts = [text(title, body) for title, body in pairs]
    assert fingerprints(texts) == [by_definition(compared) for compared in texts]


def test_a_lead_that_turns_from_words_to_characters_is_fingerprinted_whole():
    """Its whole is dense, so that 120 tokens are compared, which are not dense themselves."""
    mixed_scripts = " ".join(["deminers"] * 30) + "朝鲜派遣工兵前往库尔斯克州" * 20
    compared = text("", mixed_scripts)
    assert len(compared.lead) == 120
    assert not comparison.is_dense(compared.lead)
    assert fingerprints([compared]) == [by_definition(compared)]


@given(st.text(max_size=80), BODIES)
def test_they_are_numbers_of_63_bits_that_do_not_depend_on_the_feed(title, body):
    first, second = fingerprints([text(title, body), text(title, body, feed="elsewhere")])
    assert first == second
    assert all(0 <= number < 2**63 for number in first)


def test_a_headline_weighs_twice_a_run_of_the_lead():
    title = "Builders and deminers to be sent to the border region"
    (headline,) = fingerprints([text(title, "")])[0]
    lead = fingerprints([text("", " ".join(f"word{number}" for number in range(20)))])[0]
    assert near_duplicates.weight(headline) == 2
    assert {near_duplicates.weight(number) for number in lead} == {1}
