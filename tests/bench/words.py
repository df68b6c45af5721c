"""Vocabulary of generated articles: some words per language, and phrases of the shipped topic."""

from __future__ import annotations

_WORDS = {
    "en": """
market harbour minister quarter morning railway budget village report engineer season council
storm hospital student museum border river contract office winter garden record league player
station company worker summer bridge court police author letter energy water price school
science union measure street visit answer plan growth decision festival weather signal
said opened called moved reached showed began offered carried returned announced expected
before after while under between about against without during their which where another
""",
    "ru": """
город министр утро завод дорога бюджет деревня отчёт инженер сезон совет больница студент музей
граница река договор зима рекорд команда станция компания рабочий лето мост суд автор письмо
энергия вода цена школа наука союз улица ответ план рост решение праздник погода сигнал
сказал открыл назвал перешёл достиг показал начал предложил вернулся объявил ожидает
перед после пока между против без когда который другой также потому сегодня
""",
    "ko": """
시장 장관 아침 공장 도로 예산 마을 보고서 기술자 계절 의회 병원 학생 박물관 국경 강 계약 겨울 기록
선수 역 회사 노동자 여름 다리 법원 작가 편지 에너지 물 가격 학교 과학 연합 거리 대답 계획 성장 결정
축제 날씨 신호 말했다 열었다 불렀다 옮겼다 보여주었다 시작했다 제안했다 돌아왔다 발표했다 예상했다
이전 이후 동안 사이 대해 없이 그리고 다른 또한 오늘
""",
    "ja": """
市場は 大臣が 朝の 工場で 道路を 予算の 村では 報告書 技術者 季節 議会が 病院で 学生は 博物館 国境の
川を 契約に 冬の 記録を 選手が 駅前で 会社は 働く人 夏まで 橋の 裁判所 作家の 手紙を エネルギー 水の
値段が 学校で 科学の 連合 通りで 答えた 計画を 成長が 決定した 祭りの 天気は 発表した 始まった
戻った その後 以前 しかし また 今日
""",
    "de": """
Markt Hafen Minister Morgen Werk Straße Haushalt Dorf Bericht Ingenieur Saison Rat Krankenhaus
Student Museum Grenze Fluss Vertrag Winter Rekord Mannschaft Bahnhof Firma Arbeiter Sommer Brücke
Gericht Brief Energie Wasser Preis Schule Wissenschaft Bund Antwort Plan Wachstum Entscheidung
sagte öffnete nannte erreichte zeigte begann bot kehrte kündigte erwartete vor nach während
zwischen gegen ohne welche andere auch heute über für
""",
    "es": """
mercado puerto ministro mañana fábrica camino presupuesto pueblo informe ingeniero temporada
consejo hospital estudiante museo frontera río contrato invierno récord equipo estación empresa
obrero verano puente tribunal autor carta energía agua precio escuela ciencia unión calle
respuesta plan crecimiento decisión fiesta tiempo señal dijo abrió llamó llegó mostró empezó
ofreció volvió anunció espera antes después mientras entre contra sin durante otro también hoy
""",
}
TEXTS = {language: words.split() for language, words in _WORDS.items()}

# One article in twenty carries such a phrase, so that judging finds something to flag.
TOPIC = {
    "en": "North Korean soldiers and sappers sent to Kursk under the treaty with Russia",
    "ru": "северокорейские военные и сапёры прибыли в Курскую область по договору с Россией",
    "ko": "북한군 공병 부대가 러시아 쿠르스크에 파병되었다",
    "ja": "北朝鮮の兵士と工兵がロシアのクルスク州に派遣された",
    "de": "nordkoreanische Soldaten und Pioniere nach Kursk in Russland geschickt",
    "es": "soldados y zapadores norcoreanos enviados a Kursk por el tratado con Rusia",
}
