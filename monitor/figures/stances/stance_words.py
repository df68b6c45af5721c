"""Stance words: how each language says that somebody confirms, denies, declines to comment, or does
not answer.

A sentence with several of them has the first of this order: silent, declined, denied, confirmed.
So "neither confirmed nor denied" and "did not confirm" are refusals to comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.domain.stories import Stance

_SILENT = {
    "en": r"(?:did|does|do|has|have) not (?:immediately |yet )?(?:respond|repl|answer)\w*"
    r"|(?:didn|doesn|hasn|haven)['’]t (?:immediately |yet )?(?:respond|repl|answer)\w*"
    r"|(?:has|have) (?:not yet|yet to) (?:comment|respond|react)\w*"
    r"|(?:has|have) (?:remained|kept|stayed|been) silent|(?:remain|keep|stay)\w* silent"
    r"|(?:is|are|was|were) silent",
    "ru": r"не ответил\w* на (?:запрос|вопрос)\w*|хран(?:ит|ят|ил|или) молчание"
    r"|молч(?:ит|ат|ал|али)"
    r"|пока не (?:комментир\w+|прокомментир\w+|реагир\w+)",
    "uk": r"не відпові\w+ на (?:запит|питання)\w*|мовч(?:ить|ать|ав|ала|али)"
    r"|поки не (?:комент\w+|прокомент\w+)",
    "ko": r"침묵|묵묵부답|답변하지 않|응답하지 않|반응을 (?:보이지|내놓지) 않"
    r"|입장을 (?:내|밝히)지 않",
    "ja": r"沈黙|反応を示していない|応じていない|回答していない|コメントしていない",
    "zh": r"保持沉默|保持沈默|沉默不语|未(?:有)?(?:回应|回復|回复|作出回应)|尚未(?:回应|表态|置评)",
    "pl": r"nie odpowiedzia\w+ na (?:pytani|prośb)\w+|milcz\w+",
    "de": r"(?:reagierte|reagierten|antwortete|antworteten) .{0,30}nicht|schweig\w*|schwieg\w*",
    "fr": r"n['’](?:a|ont) pas (?:répondu|réagi)\w*|gard\w+ le silence|rest\w+ silencieu\w+",
    "es": r"no (?:ha |han )?respond\w+|guard\w+ silencio|no se ha pronunciado",
    "vi": r"(?:chưa|không) (?:phản hồi|trả lời|lên tiếng)|im lặng",
}
_DECLINED = {
    "en": r"declin\w+ to (?:comment|say|confirm)|refus\w+ to (?:comment|confirm)|no comment"
    r"|neither confirm\w* nor|(?:did|does|do|would|could|has|have) not (?:comment|confirm)"
    r"|(?:didn|doesn|don|wouldn|couldn|hasn|haven)['’]t (?:comment|confirm)",
    "ru": r"отказал\w* (?:от комментари\w+|комментировать)|без комментариев"
    r"|не (?:стал\w* |будет |готов\w* )?(?:комментир\w+|подтвер\w+)"
    r"|ни подтверд\w+,? ни опроверг\w+|оставил\w* без комментари\w+",
    "uk": r"відмови\w+ (?:від коментар\w+|коментувати)|без коментарів"
    r"|не (?:став |стала |буде )?(?:комент\w+|підтверд\w+)",
    "ko": r"언급하지 않|언급을 (?:피|삼가|자제|거부)|논평(?:을)? (?:거부|하지 않)"
    r"|확인해 ?(?:줄|드릴) 수 없|확인하지 않|확인도 부인도|노코멘트|즉답을 피",
    "ja": r"コメントを(?:控え|避け|拒)|コメントしな|回答を(?:控え|避け)|確認していない|明言を避け",
    "zh": r"拒绝(?:置评|评论|回应)|不予(?:置评|评论)|未(?:予|作)?(?:置评|评论|证实)"
    r"|既不证实也不否认",
    "pl": r"odm[óo]wi\w+ komentarza|nie (?:skomentowa\w+|komentuj\w+|potwierdz\w+)|bez komentarza",
    "de": r"kein(?:en)? Kommentar|lehn\w+ .{0,30}(?:Kommentar|Stellungnahme) ab"
    r"|(?:wollte|will|wollten) .{0,40}nicht (?:kommentieren|bestätigen)|nicht bestätigt",
    "fr": r"refus\w+ de (?:commenter|confirmer)|s'est refusé|sans commentaire"
    r"|n['’](?:a|ont) pas (?:confirmé|commenté|souhaité)|ni confirmé ni",
    "es": r"(?:declin\w+|rehus\w+|neg\w+ a) (?:comentar|confirmar)|sin comentarios"
    r"|no (?:quiso|ha|han|confirm\w+) ?(?:comentar|confirmado)?|ni confirm\w+ ni",
    "vi": r"từ chối (?:bình luận|xác nhận)|không (?:bình luận|xác nhận)",
}
_DENIED = {
    "en": r"den(?:y|ies|ied|ying|ial)|refut\w+|reject\w* (?:the )?(?:report|claim|allegation)\w*"
    r"|dismiss\w* (?:the )?(?:report|claim|allegation)\w*|disput\w+|fake news",
    "ru": r"опроверг\w*|опровержен\w+|отрица\w+|отверг\w*|назвал\w* .{0,30}(?:фейк\w*|ложью)",
    "uk": r"спростув\w+|заперечу\w+|заперечи\w+|відкин\w+",
    "ko": r"부인(?:했|하|한)|일축|사실무근|사실이 아니|반박",
    "ja": r"否定(?:し|す)|反論|事実ではない",
    "zh": r"否认|否認|驳斥|反驳|不实",
    "pl": r"zaprzecz\w+|zdementowa\w+|dementuj\w+|odrzuc\w+",
    "de": r"dementier\w*|bestreit\w*|bestritt\w*|wies\w* .{0,60}zurück|weist .{0,60}zurück",
    "fr": r"dément\w*|nié\w*|nient?|rejett?e\w*|réfut\w+",
    "es": r"desmient\w+|desmint\w+|neg[óo]|niega\w*|rechaz\w+",
    "vi": r"bác bỏ|phủ nhận",
}
_CONFIRMED = {
    "en": r"confirm(?:s|ed|ing|ation)?|acknowledg\w+|admit\w*",
    "ru": r"подтвер(?:дил\w*|ждает|ждают|ждение\w*)|признал\w*",
    "uk": r"підтверд\w+|визна(?:в|ла|ли)",
    "ko": r"확인했|확인됐다고|공식 확인|공식 인정|인정했|시인",
    "ja": r"確認した|認めた|認める",
    "zh": r"证实|證實|确认|確認|承认|承認",
    "pl": r"potwierdz\w+|przyzna\w+",
    "de": r"bestätig\w*|räum\w+ .{0,40}ein",
    "fr": r"confirm\w+|reconna\w+|reconnu\w*|admet\w*",
    "es": r"confirm\w+|reconoc\w+|admit\w+",
    "vi": r"xác nhận|thừa nhận",
}
_UNSPACED = ("ko", "ja", "zh")


def _compiled(words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {
        language: re.compile(
            f"(?:{body})" if language in _UNSPACED else rf"(?<!\w)(?:{body})(?!\w)", re.IGNORECASE
        )
        for language, body in words.items()
    }


STANCE_WORDS: Mapping[Stance, Mapping[str, re.Pattern[str]]] = {
    Stance.SILENT: _compiled(_SILENT),
    Stance.DECLINED: _compiled(_DECLINED),
    Stance.DENIED: _compiled(_DENIED),
    Stance.CONFIRMED: _compiled(_CONFIRMED),
}
