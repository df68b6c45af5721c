"""Near-duplicates: copies are recognised, different stories are not taken for copies."""

from __future__ import annotations

import gzip
import html
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import fingerprints, near_duplicates
from monitor.articles.near_duplicates import ComparableText, CopyKind
from tests.fakes import NOW

EVAL = Path(__file__).parents[3] / "shared" / "eval"

WIRE = (
    "Russia's security chief said in Pyongyang that military builders and deminers will be sent to"
    " the Kursk region to rebuild what was destroyed, according to state media. He met the North"
    " Korean leader for the third time in three months, and both called their alliance unbreakable."
)
KOREAN = (
    "러시아 안보회의 서기는 평양에서 북한 공병과 군 건설 인력이 쿠르스크 지역 복구를 위해 파견될"
    " 것이라고 밝혔다. 그는 북한 지도자와 만나 동맹 관계를 거듭 확인했다고 관영 매체가 전했다."
)
CHINESE = (
    "俄罗斯联邦安全会议秘书在平壤表示，朝鲜将派遣工兵和军事建设人员前往库尔斯克州参加重建工作。"
    "他与朝鲜领导人举行了会谈，双方重申同盟关系，朝鲜官方媒体对此作了报道。"
)
HEADLINE = "North Korea to send builders and deminers to Kursk"
FEW_HOURS = timedelta(hours=5)


def text(
    title: str, body: str = "", feed: str = "f", after: timedelta = timedelta()
) -> ComparableText:
    return near_duplicates.comparable_text(
        title=title, text=body, published_at=NOW + after, feed=feed
    )


def other(
    title: str, body: str = "", feed: str = "g", after: timedelta = FEW_HOURS
) -> ComparableText:
    return text(title, body, feed, after)


def are_found(first: ComparableText, second: ComparableText) -> bool:
    ours, theirs = fingerprints.fingerprints([first, second])
    common = set(ours) & set(theirs)
    return sum(map(near_duplicates.weight, common)) >= near_duplicates.REQUIRED_WEIGHT


COPIES = {
    "word for word": (text(HEADLINE, WIRE), other(HEADLINE, WIRE)),
    "cut short": (text(HEADLINE, WIRE), other(HEADLINE, WIRE[:140] + "…")),
    "its headline alone": (text(HEADLINE, WIRE), other(HEADLINE)),
    "headlines alone": (text(HEADLINE), other(f"{HEADLINE.upper()} - The Example Post")),
    "an urgent one": (text(f"(LEAD) {HEADLINE}"), other(f"BREAKING: {HEADLINE}")),
    "with a dateline": (
        text("Builders and deminers for Kursk, says Moscow", WIRE),
        other("Kursk to be rebuilt by North Korean builders", f"SEOUL, June 17 (Yonhap) -- {WIRE}"),
    ),
    "another headline": (
        text(HEADLINE, WIRE),
        other("Russian security chief: North Korean deminers will go to the Kursk region", WIRE),
    ),
    "a word changed": (
        text(HEADLINE, WIRE),
        other(HEADLINE + " region", WIRE.replace("destroyed", "ruined").replace("third", "third")),
    ),
    "Korean": (
        text("북한, 쿠르스크에 공병·건설 인력 파견", f"(서울=연합뉴스) 홍길동 기자 = {KOREAN}"),
        other("북한 공병과 건설 인력, 쿠르스크 파견된다", KOREAN[:70]),
    ),
    "Korean, spaced otherwise": (
        text("북한 쿠르스크에 공병 건설인력 파견 예정", KOREAN),
        other("북한, 쿠르스크에 공병·건설 인력 파견 예정(종합)", KOREAN.replace(" 것", "것")),
    ),
    "Chinese": (
        text("朝鲜将派工兵赴库尔斯克重建", f"新华社平壤6月17日电（记者张三）{CHINESE}"),
        other("朝鲜工兵将前往库尔斯克州", CHINESE),
    ),
    "the next edition in one feed": (
        text(HEADLINE, WIRE), other(f"(2nd LD) {HEADLINE}", WIRE, feed="f"),
    ),
}  # fmt: skip

STORIES = {
    "another event": (text(HEADLINE, WIRE), other("Rain on Sunday in most parts of the country")),
    "other figures": (
        text("North Korea fires two missiles toward the East Sea"),
        other("North Korea fires three missiles toward the East Sea"),
    ),
    "a higher toll": (
        text("Flood kills 12 in the border region, officials say", WIRE + " So far 12 died."),
        other("Flood kills 15 in the border region, officials say", WIRE + " So far 15 died."),
    ),
    "figures in the text": (
        text("Army reports losses on the border", "On the border 120 soldiers were killed and a"
             " village was lost in the night, the army said in its morning report to the press."),
        other("Army reports losses on the border", "On the border 340 soldiers were killed and a"
              " village was lost in the night, the army said in its morning report to the press."),
    ),
    "the same flash, days later": (
        text("North Korea fires ballistic missile toward the East Sea"),
        other("North Korea fires ballistic missile toward the East Sea", after=timedelta(days=2)),
    ),
    "the same flash, of another day": (
        text("North Korea fires ballistic missile toward the East Sea", "North Korea fired a"
             " ballistic missile toward the East Sea on Wednesday, the military in Seoul said."),
        other("North Korea fires ballistic missile toward the East Sea", "North Korea fired a"
              " ballistic missile toward the East Sea on Thursday, the military in Seoul said."),
    ),
    "the other way round": (text("Russia thanks North Korea for its loyal friendship"),
                            other("North Korea thanks Russia for its loyal friendship")),
    "one word more": (text("Moscow confirms that North Korea sends more troops to Kursk"),
                      other("Moscow never confirms that North Korea sends more troops to Kursk")),
    "a headline that says little": (text("Ukraine war briefing"), other("Ukraine war briefing")),
    "the same headline in one feed": (text(HEADLINE), other(HEADLINE, feed="f")),
    "a series": (
        text("What we know on the war so far this morning", WIRE),
        other("What we know on the war so far this morning", "Heavy rain closed several roads"
              " around the capital overnight and thousands of households had no electricity."),
    ),
    "a notice over everything": (
        text("Rain on Sunday in most parts of the country", "Subscribe to our newsletter to get"
             " every morning the most important reports of the day and the best of our archive."),
        other("Parliament elects a new speaker after a long night", "Subscribe to our newsletter to"
              "  every morning the most important reports of the day and the best of the archive."),
    ),
    "one event, two reports": (
        text(HEADLINE, WIRE),
        other("Pyongyang pledges workers for Kursk reconstruction", "North Korea has agreed to help"
              " with rebuilding in Russia's west, a visiting official announced after talks with"
              " Kim Jong Un, in the latest sign of closer ties between the two countries."),
    ),
    "Korean, another report": (
        text("북한, 쿠르스크에 공병·건설 인력 파견", KOREAN),
        other("북한, 쿠르스크 복구 인력 파견 발표", "통일부는 북한이 러시아에 추가로 인력을 보내는"
              " 데 대해 깊은 우려를 표명하며 안보리 결의 위반이라고 지적했다고 밝혔다."),
    ),
    "Chinese, other figures": (
        text("朝鲜将派1000名工兵赴库尔斯克", CHINESE.replace("派遣", "派遣1000名")),
        other("朝鲜将派5000名工兵赴库尔斯克", CHINESE.replace("派遣", "派遣5000名")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", COPIES.values(), ids=COPIES)
def test_a_copy_is_recognised_and_found(pair):
    first, second = pair
    assert near_duplicates.are_copies(first, second)
    assert near_duplicates.are_copies(second, first)
    assert are_found(first, second)


@pytest.mark.parametrize("pair", STORIES.values(), ids=STORIES)
def test_two_stories_are_never_copies(pair):
    first, second = pair
    assert near_duplicates.are_copies(first, second) is None
    assert near_duplicates.are_copies(second, first) is None


def test_no_two_of_the_different_stories_are_copies():
    different = [first for first, _ in STORIES.values()]
    for first, second in combinations(different, 2):
        if first.headline != second.headline:
            assert near_duplicates.are_copies(first, second) is None


def test_the_kind_of_a_copy_tells_what_is_in_common():
    assert near_duplicates.are_copies(text(HEADLINE), other(HEADLINE)) is CopyKind.HEADLINE
    assert near_duplicates.are_copies(*COPIES["another headline"]) is CopyKind.TEXT


def test_a_number_that_only_one_lead_names_is_no_conflict():
    more_exact = WIRE.replace("military builders", "1,000 military builders")
    assert near_duplicates.are_copies(text(HEADLINE, WIRE), other(HEADLINE, more_exact))
    assert near_duplicates.are_copies(text(HEADLINE, more_exact), other(HEADLINE, WIRE))


def test_numbers_that_differ_in_both_leads_are_a_conflict():
    thousand = WIRE.replace("military builders", "1,000 military builders")
    five_thousand = WIRE.replace("military builders", "5,000 military builders")
    assert near_duplicates.are_copies(text(HEADLINE, thousand), other(HEADLINE, WIRE))
    assert not near_duplicates.are_copies(text(HEADLINE, thousand), other(HEADLINE, five_thousand))


def test_a_number_that_only_one_headline_names_is_no_conflict():
    more_exact = HEADLINE.replace("builders", "1,000 builders")
    assert near_duplicates.are_copies(text(HEADLINE, WIRE), other(more_exact, WIRE))
    assert near_duplicates.are_copies(text(more_exact, WIRE), other(HEADLINE, WIRE))


def test_numbers_that_differ_in_both_headlines_are_a_conflict():
    thousand = HEADLINE.replace("builders", "1,000 builders")
    five_thousand = HEADLINE.replace("builders", "5,000 builders")
    assert not near_duplicates.are_copies(text(thousand, WIRE), other(five_thousand, WIRE))


@pytest.mark.parametrize(
    ("distance", "feed", "expected"),
    [
        (timedelta(hours=12), "g", CopyKind.HEADLINE),
        (timedelta(hours=12, seconds=1), "g", CopyKind.TEXT),
        (timedelta(hours=36), "g", CopyKind.TEXT),
        (timedelta(hours=36, seconds=1), "g", None),
        (timedelta(hours=12), "f", CopyKind.TEXT),
        (timedelta(hours=12, seconds=1), "f", None),
    ],
)
def test_copies_are_published_within_hours(distance, feed, expected):
    first, second = text(HEADLINE, WIRE), other(HEADLINE, WIRE, feed=feed, after=distance)
    assert near_duplicates.are_copies(first, second) is expected
    assert near_duplicates.are_copies(second, first) is expected


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("[속보] 북한, 쿠르스크에 공병·건설 인력 파견", "북한, 쿠르스크에 공병·건설 인력 파견"),
        (
            "Kim meets Putin in Moscow again today | AP News",
            "Kim meets Putin in Moscow again today",
        ),
        ("(2nd LD) Kim meets Putin", "Kim meets Putin"),
        ("Kim meets Putin - Reuters", "Kim meets Putin - Reuters"),  # too short to be cut
        ("[Cartoon]", "[Cartoon]"),
        ("Anti-war protest", "Anti-war protest"),
    ],
)
def test_tags_and_outlets_are_removed_from_a_headline(title, bare):
    assert near_duplicates.bare_headline(title) == bare


WORDS = [a + b + c for a in "bdfglm" for b in ("aro", "eli", "ito", "oska", "ung") for c in "nrst"]


@given(st.permutations(WORDS), st.integers(15, 80))
def test_a_copy_cut_short_is_always_recognised_and_found(body: list[str], length: int):
    title = " ".join(body[:8])
    whole, cut = text(title, " ".join(body)), other(f"{title} again", " ".join(body[:length]))
    assert near_duplicates.are_copies(whole, cut) is CopyKind.TEXT
    assert are_found(whole, cut)


@given(st.randoms(use_true_random=False), st.sampled_from(["f", "g"]))
def test_texts_of_the_same_words_in_another_order_are_no_copies(rng: random.Random, feed: str):
    shuffled = list(WORDS)
    rng.shuffle(shuffled)
    first, second = text("x", " ".join(WORDS)), other("x", " ".join(shuffled), feed=feed)
    if near_duplicates.resemblance(first, second) < 0.5:
        assert near_duplicates.are_copies(first, second) is None


@given(st.text(max_size=80), st.text(max_size=400), st.text(max_size=80), st.text(max_size=400))
def test_the_comparison_of_two_texts_is_symmetric(title, body, title2, body2):
    first, second = text(title, body), other(title2, body2)
    assert near_duplicates.are_copies(first, second) == near_duplicates.are_copies(second, first)


# ── measured on real news, where available ───────────────────────────────────────────────────────


def read(name: str) -> Iterator[tuple[dict[str, str], ComparableText]]:
    """Every line of a file of news, and as it is compared."""
    content = (EVAL / name).read_bytes()
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    for line in map(json.loads, content.decode().splitlines()):
        day = line["date"] if len(line["date"]) > 10 else f"{line['date']}T00:00:00+00:00"
        yield (
            line,
            near_duplicates.comparable_text(
                title=line["title"],
                text=html.unescape(line["text"]),
                published_at=datetime.fromisoformat(day),
                feed=line["source"],
            ),
        )


@pytest.mark.skipif(not (EVAL / "stories.jsonl").is_file(), reason="no labelled stories here")
def test_no_two_labelled_stories_are_copies():
    holders: dict[int, list[tuple[str, ComparableText]]] = {}
    for line, compared in read("stories.jsonl"):
        for number in fingerprints.fingerprints([compared])[0]:
            holders.setdefault(number, []).append((line["story"], compared))
    pairs = [pair for stories in holders.values() for pair in combinations(stories, 2)]
    of_one_story = [x == y for (x, a), (y, b) in pairs if near_duplicates.are_copies(a, b)]
    assert all(of_one_story)
    assert len(of_one_story) > 50


@pytest.mark.skipif(not (EVAL / "stream.jsonl.gz").is_file(), reason="no stream of news here")
def test_copies_in_a_stream_of_news_are_found():
    texts = [
        compared
        for line, compared in read("stream.jsonl.gz")
        if line["source"] in ("yna", "chosun")
    ]
    like = ((a, b) for a, b in combinations(texts[:1_000], 2) if a.headline[:4] == b.headline[:4])
    pairs = [(a, b) for a, b in like if near_duplicates.are_copies(a, b)]
    assert len(pairs) > 10
    assert all(are_found(a, b) for a, b in pairs)
