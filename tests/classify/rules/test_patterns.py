r"""RE2 patterns: `\b`, `\w`, `\s` and `\d` in all scripts, and what is refused."""

from __future__ import annotations

import pytest

from monitor.classify.rules.patterns import Pattern
from monitor.domain.errors import ConfigError


def match(pattern: str, text: str) -> str | None:
    return Pattern(pattern, "r").find(text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\bмост\b", "Взорван мост", "мост"),
        (r"\bмост\b", "«Мост» закрыт", "«Мост»"),
        (r"\bмост\b", "мостовая", None),
        (r"\bмост\b", "помост", None),
        (r"\bмост\w*", "У мостов.", "мостов"),
        (r"мост\w+\b", "мостовая!", "мостовая!"),
        (r"(?:мост|дамба)\b", "дамба: прорыв", "дамба:"),
        (r"(\bмост|\bдамба)", "о, дамба", "дамба"),
        (r"\b(мост|дамба)\b", "дамбам", None),
        (r"\bмост\b \bчерез\b", "мост через реку", "мост через"),
        (r"мост\s+\bчерез\b", "мост\u00a0 через", "мост\u00a0 через"),
        (r"^\bмост", "мост стоит", "мост"),
        (r"미\w*일", "북 미사일 발사", "미사일"),
        (r"[\w-]+ракета", "супер-ракета", "супер-ракета"),
        (r"\W[а-я]+\W", "да, нет!", "нет!"),
        (r"[\W_]мост", "на_мост", "_мост"),
        (r"\d+ танков", "١٢ танков", "١٢ танков"),
        (r"\S+ фронт", "юго‑западный фронт", "юго‑западный фронт"),
        (r"\bUS\b", "the US, said", "US,"),
        (r"(?-i:\bUS\b)", "give us", None),
        (r"US\b.*navy", "US and the navy", "US and the navy"),
        (r"a\.b\b", "x a.b", "a.b"),
        (r"(?m)^b", "a\nb", "b"),
        (r"O'Neill", "O’Neill speaks", "O’Neill"),
        (r"O’Neill", "O'Neill speaks", "O'Neill"),
        (r"самолёт", "Самолет сел", "Самолет"),
        (r"самолет", "Самолёт сел", "Самолёт"),
        (r"[а-яё]+", "Ёж", "Ёж"),
        (r"su-57|[x‑]y", "SU−57", "SU−57"),
        (r"e\x{301}", "e", None),
        (r"\Qa.b\E\b", "a.b", "a.b"),
    ],
)
def test_a_pattern_matches_in_every_script(pattern, text, expected):
    matched = match(pattern, text)
    assert (matched.strip(" .") if matched else matched) in (
        expected,
        (expected or "").strip(".") or None,
    )


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("anchor|", "matches an empty text"),
        ("|anchor", "matches an empty text"),
        ("(anchor|)", "matches an empty text"),
        (".*", "matches an empty text"),
        ("x?", "matches an empty text"),
        ("^", "matches an empty text"),
        ("$", "matches an empty text"),
        ("[^x]*", "matches an empty text"),
        ("(?i)", "matches an empty text"),
        ("x{0,3}", "matches an empty text"),
        ("\bпорт\b", r"control character \b"),
        ("\x0cx", r"control character \f"),
        ("\x00", "control character U+0000"),
        ("порт$а", "can never match"),
        ("а^порт", "can never match"),
        (r"порт\b.*суда", r"a \b in its middle"),
        (r"порт\b\s*суда", r"a \b in its middle"),
        ("(", "not an RE2 pattern"),
        (r"(?=порт)", "no look-around"),
    ],
)
def test_a_pattern_that_matches_everything_or_nothing_is_refused(pattern, message):
    with pytest.raises(ConfigError, match="keyword rule 'r'") as error:
        Pattern(pattern, "r")
    assert message in str(error.value)
