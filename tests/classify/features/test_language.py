"""Which language is it in?"""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.features import language
from monitor.domain.feeds import Entry

SENTENCES = {
    "en": "Officials in Seoul said the new contingent would arrive within weeks.",
    "ko": "국방부는 추가 병력이 몇 주 안에 도착할 것이라고 밝혔다.",
    "ru": "В Сеуле заявили, что новый контингент прибудет в течение нескольких недель.",
    "uk": "У Сеулі заявили, що новий контингент прибуде протягом кількох тижнів.",
    "zh": "首尔官员表示,新的部队将在数周内抵达。",
    "ja": "ソウルの当局者は、新たな部隊が数週間以内に到着すると述べた。",
    "pl": "Władze w Seulu poinformowały, że nowy kontyngent przybędzie w ciągu kilku tygodni.",
    "de": "Behörden in Seoul teilten mit, das neue Kontingent werde in wenigen Wochen eintreffen.",
    "fr": "Les autorités de Séoul ont annoncé que le contingent arriverait dans quelques semaines.",
    "es": "Las autoridades de Seúl dijeron que el nuevo contingente llegará en unas semanas.",
    "vi": "Giới chức Seoul cho biết lực lượng mới sẽ đến trong vòng vài tuần tới.",
}


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_a_sentence_is_recognised(code, sentence):
    assert language.detect_language(sentence) == code


@pytest.mark.parametrize("text", ["", " ", "123", "?!", "🇰🇵🇷🇺", "ab"])
def test_a_short_text_has_no_language(text):
    assert language.detect_language(text) is None


@given(st.text(max_size=300))
def test_any_text_gets_a_language_or_none(text):
    tag = language.entry_language(Entry(title=text), None)
    assert tag is None or tag.islower()


def test_the_entry_wins_over_the_feed_and_the_feed_over_the_guess():
    text = SENTENCES["en"]
    assert language.entry_language(Entry(title=text, language="en-GB"), "de") == "en-GB"
    assert language.entry_language(Entry(title=text), "en-US") == "en-US"
    assert language.entry_language(Entry(title=text), None) == "en"


@pytest.mark.parametrize("code", ["ko", "ru", "zh", "ja"])
def test_a_feed_that_calls_itself_english_is_not_believed(code):
    assert language.entry_language(Entry(title=SENTENCES[code]), "en-US") == code


def test_a_foreign_name_does_not_make_a_text_foreign():
    assert language.entry_language(Entry(title="푸틴-김정은 회담, BTS·FIFA 언급"), "ko") == "ko"


def test_a_language_we_know_no_script_of_is_believed():
    assert language.entry_language(Entry(title="გამარჯობა მსოფლიო"), "ka") == "ka"


SCRIPTS = {
    "ko": "김정은, 러시아 쿠르스크 파병 (KBS) 2025",
    "ja": "金正恩氏がロシアのクルスクへ派兵を決定",
    "th": "เกาหลีเหนือส่งทหารไปรัสเซีย",
    "el": "Η Βόρεια Κορέα έστειλε στρατιώτες στη Ρωσία",
    "he": "צפון קוריאה שלחה חיילים לרוסיה",
    "ka": "ჩრდილოეთ კორეამ ჯარისკაცები რუსეთში გაგზავნა",
}


@pytest.mark.parametrize("code", SCRIPTS)
def test_a_language_with_a_script_of_its_own_is_what_the_detector_says(code):
    detected, probability = language._identifier().classify(SCRIPTS[code])
    assert language.detect_language(SCRIPTS[code]) == code == detected
    assert probability >= language.MIN_PROBABILITY


def test_texts_in_two_scripts_are_left_to_the_detector():
    for text in ("Kim Jong Un 김정은 visits the Kursk region", "日銀、利上げ決定"):
        letters = language._count(language._LETTERS, text)
        assert language._language_by_script(text, letters) is None


def test_no_detector_is_loaded_for_a_script_of_its_own():
    steps = (
        "import sys; from monitor.classify.features import language;"
        f"print([language.detect_language(text) for text in {list(SCRIPTS.values())!r}]);"
        "print('py3langid' in sys.modules)"
    )
    command = [sys.executable, "-c", steps]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [str(list(SCRIPTS)), "False"]
