"""Number words, multipliers and hedges of the languages that put spaces between words.

Patterns are regular expressions without regard to case.  Written for news style: the forms that
headlines use, not every inflection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

THOUSAND, MILLION, BILLION, TRILLION = 1e3, 1e6, 1e9, 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """The number words of one language."""

    words: Mapping[str, float]
    multipliers: tuple[tuple[str, float], ...]  # pattern → factor
    vague: tuple[tuple[str, float], ...]  # a plural without a number → its lower bound
    approx: str  # before a number: the value is rounded
    minimum: str  # before a number: it has no upper bound
    maximum: str  # before a number: it has no lower bound
    negation: str  # before a number or its hedge: the number is denied
    or_more: str  # after the counted noun: no upper bound
    range_words: str  # between the two numbers of a range
    bare_multiplier: bool = False  # тысяча, tysiąc: a number without a digit before it
    one_group: str = ""  # marks that, before exactly three digits, separate thousands
    units: str = field(default=r"(?!)")  # words after a number that make it no count of a kind


def _numbers(**forms: str) -> dict[str, float]:
    """`n20="twenty"` → {"twenty": 20}; an underscore is a space."""
    words: dict[str, float] = {}
    for name, written in forms.items():
        value = float(name.removeprefix("n"))
        words |= {form.replace("_", " "): value for form in written.split()}
    return words


_TEENS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH = NumberWords(
    words={word: float(value) for value, word in enumerate(_TEENS.split())}
    | {word: 10.0 * value for value, word in enumerate(_TENS.split(), 2)},
    multipliers=(
        ("hundred", 100), ("thousand", THOUSAND), ("million|mln|m", MILLION),
        ("billion|bln|bn", BILLION), ("trillion|trn|tn", TRILLION),
    ),
    vague=(
        ("tens of thousands", 10_000), ("hundreds of thousands", 100_000), ("dozens|tens", 10),
        ("hundreds", 100), (r"(?:several |a few )?thousands?(?= (?:of|more)\b)", THOUSAND),
        ("(?:several|a few|many) thousand", THOUSAND), ("(?:several|a few) hundred", 100),
        ("(?:several |tens of |hundreds of )?millions(?= of)", MILLION),
        ("billions(?= of)", BILLION),
    ),
    approx="about|around|roughly|some|nearly|almost|approximately|an estimated|estimated"
    "|close to|circa|as much as",
    minimum="more than|over|at least|upwards of|in excess of|no fewer than|no less than"
    "|not fewer than|not less than|exceeding|above|exceeds|topped|tops",
    maximum="up to|at most|no more than|not more than|fewer than|less than|as many as|under",
    negation="not|never",
    or_more="or more",
    range_words="to|and",
    one_group=",.",
    units="in|on|at|from|to|by|with|after|before|as|and|or|but|who|that|which|is|are|was|were|has"
    "|have|will|during|against|between|per|since|miles?|km|kilomet\\w*|percent|years?|months?"
    "|days?|weeks?|hours?|minutes?|meters?|metres?|times|countries|drones?|tanks?|vehicles"
    "|aircraft|settlements|areas|brigades?|regiments?|strikes?|attacks?|flights?|cases|systems?"
    "|ships?|schools?|houses?|points?|parties|groups?|involved",
)  # fmt: skip

RUSSIAN = NumberWords(
    words=_numbers(
        n0="ноль нуль", n1="один одна одного одной одному одним",
        n2="два две двух двум двумя двое двоих", n3="три трех трёх трем трём тремя трое троих",
        n4="четыре четырех четырёх четверо четверых", n5="пять пяти пятью пятеро пятерых",
        n6="шесть шести шестеро шестерых", n7="семь семи семеро семерых", n8="восемь восьми",
        n9="девять девяти", n10="десять десяти", n11="одиннадцать одиннадцати",
        n12="двенадцать двенадцати", n13="тринадцать тринадцати",
        n14="четырнадцать четырнадцати", n15="пятнадцать пятнадцати",
        n16="шестнадцать шестнадцати", n17="семнадцать", n18="восемнадцать", n19="девятнадцать",
        n20="двадцать двадцати", n30="тридцать тридцати", n40="сорок сорока",
        n50="пятьдесят пятидесяти", n60="шестьдесят шестидесяти", n70="семьдесят семидесяти",
        n80="восемьдесят", n90="девяносто", n100="сто ста сотню", n200="двести двухсот",
        n300="триста трехсот трёхсот", n400="четыреста четырехсот", n500="пятьсот пятисот",
        n600="шестьсот шестисот", n700="семьсот семисот", n800="восемьсот", n900="девятьсот",
        n1500="полторы_тысячи полутора_тысяч",
    )
    | {"полмиллиона": 500_000.0, "полтысячи": 500.0},
    multipliers=(
        (r"тыс\.?|тысяч\w*", THOUSAND), (r"млн\.?|миллион\w*", MILLION),
        (r"млрд\.?|миллиард\w*", BILLION), (r"трлн|триллион\w*", TRILLION),
    ),
    vague=(
        ("десятки тысяч", 10_000), ("сотни тысяч", 100_000), ("десятк(?:и|ов|ами)", 10),
        ("сотн(?:и|ями|ям)", 100), ("несколько тысяч|тысячи|тысяч(?:ами|ах)", THOUSAND),
        ("миллионы", MILLION),
    ),
    approx="около|примерно|почти|порядка|приблизительно|ориентировочно",
    minimum="более(?: чем)?|свыше|больше|не менее|не меньше|как минимум|минимум|по меньшей мере",
    maximum="до|не более|не больше|менее|меньше",
    negation="не",
    or_more="и более|или более|и больше",
    range_words="до|и",
    bare_multiplier=True,
    one_group=",.",
    units=r"лет|года?|году|год|дней|дня|часов|часа|минут\w*|месяц\w*|процент\w*|км|километр\w*"
    r"|метр\w*|раз|раза|в|на|из|с|по|к|за|от|и|беспилотник\w*|дрон\w*|танк\w*|самол[её]т\w*",
)  # fmt: skip

UKRAINIAN = NumberWords(
    words=_numbers(
        n0="нуль", n1="один одна одного однієї", n2="два дві двох двом двоє",
        n3="три трьох троє", n4="чотири чотирьох четверо", n5="п'ять п'яти п'ятеро п’ять п’яти",
        n6="шість шести шестеро", n7="сім семи семеро", n8="вісім восьми",
        n9="дев'ять дев'яти дев’ять дев’яти", n10="десять десяти", n11="одинадцять",
        n12="дванадцять дванадцяти", n13="тринадцять", n14="чотирнадцять",
        n15="п'ятнадцять п’ятнадцять", n16="шістнадцять", n20="двадцять двадцяти",
        n30="тридцять тридцяти", n40="сорок сорока", n50="п'ятдесят п'ятдесяти п’ятдесят",
        n60="шістдесят", n70="сімдесят", n80="вісімдесят", n90="дев'яносто дев’яносто",
        n100="сто ста сотню", n200="двісті двохсот", n300="триста трьохсот", n400="чотириста",
        n500="п'ятсот п’ятсот", n600="шістсот", n1500="півтори_тисячі",
    )
    | {"півмільйона": 500_000.0, "пів": 0.5},
    multipliers=(
        (r"тис\.?|тисяч\w*", THOUSAND), (r"млн\.?|мільйон\w*", MILLION),
        (r"млрд\.?|мільярд\w*", BILLION), (r"трлн|трильйон\w*", TRILLION),
    ),
    vague=(
        ("десятки тисяч", 10_000), ("сотні тисяч", 100_000), ("десятки", 10), ("сотні", 100),
        ("кілька тисяч|тисячі", THOUSAND), ("мільйони", MILLION),
    ),
    approx="близько|приблизно|майже|орієнтовно",
    minimum="понад|більше|щонайменше|не менше|більш як|принаймні",
    maximum="до|не більше|менше",
    negation="не",
    or_more="і більше|або більше",
    range_words="до|і|й",
    bare_multiplier=True,
    one_group=",.",
    units=r"років|року|році|рік|днів|дня|годин\w*|хвилин\w*|місяц\w*|відсотк\w*|км|кілометр\w*"
    r"|метр\w*|раз\w*|в|у|на|з|із|по|за|від|і|й|дрон\w*|безпілотник\w*|танк\w*|літак\w*",
)  # fmt: skip

POLISH = NumberWords(
    words=_numbers(
        n0="zero", n1="jeden jedna jednego jednej", n2="dwa dwie dwóch dwoje dwaj dwu",
        n3="trzy trzech trzej troje", n4="cztery czterech czterej czworo", n5="pięć pięciu",
        n6="sześć sześciu", n7="siedem siedmiu", n8="osiem ośmiu", n9="dziewięć dziewięciu",
        n10="dziesięć dziesięciu", n11="jedenaście jedenastu", n12="dwanaście dwunastu",
        n13="trzynaście trzynastu", n14="czternaście", n15="piętnaście piętnastu",
        n20="dwadzieścia dwudziestu", n30="trzydzieści trzydziestu", n40="czterdzieści",
        n50="pięćdziesiąt pięćdziesięciu", n60="sześćdziesiąt", n70="siedemdziesiąt",
        n80="osiemdziesiąt", n90="dziewięćdziesiąt", n100="sto stu", n200="dwieście dwustu",
        n300="trzysta trzystu", n400="czterysta", n500="pięćset pięciuset", n600="sześćset",
        n1500="półtora_tysiąca",
    )
    | {"pół": 0.5},
    multipliers=(
        (r"tys\.?|tysi[aąęc]\w*", THOUSAND), (r"mln\.?|milion\w*", MILLION),
        (r"mld\.?|miliard\w*", BILLION), (r"bln|bilion\w*", TRILLION),
    ),
    vague=(
        ("dziesiątki tysięcy", 10_000), ("setki tysięcy", 100_000), ("dziesiątki", 10),
        ("setki", 100), ("kilka tysięcy|tysiące", THOUSAND), ("miliony", MILLION),
    ),
    approx=r"około|ok\.|niemal|prawie|blisko|jakieś",
    minimum="ponad|co najmniej|przynajmniej|więcej niż|powyżej|nie mniej niż",
    maximum="do|nie więcej niż|mniej niż|maksymalnie",
    negation="nie",
    or_more="lub więcej|i więcej",
    range_words="do|i",
    bare_multiplier=True,
    one_group=",.",
    units=r"lat|roku|dni|godzin\w*|minut\w*|miesięcy|procent\w*|km|kilometr\w*|metr\w*|razy|w|na|z"
    r"|do|od|i|dron\w*|czołg\w*|samolot\w*",
)  # fmt: skip

GERMAN = NumberWords(
    words=_numbers(
        n0="null", n1="ein eine einen einer", n2="zwei", n3="drei", n4="vier", n5="fünf",
        n6="sechs", n7="sieben", n8="acht", n9="neun", n10="zehn", n11="elf", n12="zwölf",
        n13="dreizehn", n14="vierzehn", n15="fünfzehn", n16="sechzehn", n20="zwanzig",
        n30="dreißig", n40="vierzig", n50="fünfzig", n60="sechzig", n100="hundert einhundert",
        n200="zweihundert", n500="fünfhundert", n1000="tausend eintausend",
        n2000="zweitausend", n3000="dreitausend", n5000="fünftausend", n10000="zehntausend",
        n12000="zwölftausend", n15000="fünfzehntausend",
    )
    | {"eine halbe": 0.5, "halbe": 0.5},
    multipliers=(
        ("Tausend", THOUSAND), (r"Mio\.?|Millionen?", MILLION),
        (r"Mrd\.?|Milliarden?", BILLION), ("Billionen?", TRILLION),
    ),
    vague=(
        ("Zehntausende", 10_000), ("Hunderttausende", 100_000), ("Dutzende", 10),
        ("Hunderte", 100), ("mehrere tausend|Tausende", THOUSAND),
        ("Millionen(?= von)", MILLION),
    ),
    approx=r"etwa|rund|ungefähr|fast|knapp|circa|ca\.",
    minimum="mehr als|über|mindestens|wenigstens|nicht weniger als",
    maximum="bis zu|höchstens|weniger als|maximal|nicht mehr als",
    negation="nicht",
    or_more="oder mehr",
    range_words="bis|und",
    one_group=".",
    units=r"Jahre\w*|Tage\w*|Stunden|Minuten|Monate\w*|Prozent|Kilometer\w*|Meter\w*|Mal|in|aus"
    r"|von|mit|im|am|und|Drohnen|Panzer\w*|Flugzeuge\w*",
)  # fmt: skip

FRENCH = NumberWords(
    words=_numbers(
        n0="zéro", n1="un une", n2="deux", n3="trois", n4="quatre", n5="cinq", n6="six", n7="sept",
        n8="huit", n9="neuf", n10="dix", n11="onze", n12="douze", n13="treize", n14="quatorze",
        n15="quinze", n16="seize", n20="vingt", n25="vingt-cinq", n30="trente", n40="quarante",
        n50="cinquante", n60="soixante", n100="cent",
    )
    | {"un demi": 0.5, "demi": 0.5},
    multipliers=(
        ("cents?", 100), ("mille|milliers?", THOUSAND), ("millions?", MILLION),
        ("milliards?", BILLION),
    ),
    vague=(
        ("dizaines de milliers", 10_000), ("centaines de milliers", 100_000),
        ("(?:des |plusieurs )dizaines", 10), ("(?:des |plusieurs )centaines", 100),
        ("(?:des |plusieurs )milliers|plusieurs mille", THOUSAND),
        ("(?:des |plusieurs )millions", MILLION),
    ),
    approx="environ|près de|presque|quelque|autour de",
    minimum="plus de|plus d'|au moins|au minimum|pas moins de",
    maximum="jusqu'à|au plus|moins de|au maximum",
    negation="pas",
    or_more="ou plus",
    range_words="à|et",
    bare_multiplier=False,
    one_group=".",
    units="ans|jours|heures|minutes|mois|kilomètres|mètres|km|fois|dans|à|en|sur|par|pour|et"
    "|drones|chars|avions",
)  # fmt: skip

SPANISH = NumberWords(
    words=_numbers(
        n0="cero", n1="un una uno", n2="dos", n3="tres", n4="cuatro", n5="cinco", n6="seis",
        n7="siete", n8="ocho", n9="nueve", n10="diez", n11="once", n12="doce", n13="trece",
        n14="catorce", n15="quince", n16="dieciséis", n20="veinte", n30="treinta",
        n40="cuarenta", n50="cincuenta", n60="sesenta", n100="cien ciento", n200="doscientos",
        n300="trescientos", n500="quinientos", n600="seiscientos",
    )
    | {"medio": 0.5},
    multipliers=(
        ("mil(?= millones)", THOUSAND), ("mil", THOUSAND), ("millones|millón", MILLION),
        ("billones|billón", TRILLION),
    ),
    vague=(
        ("decenas de miles", 10_000), ("cientos de miles|centenares de miles", 100_000),
        ("decenas", 10), ("cientos|centenares", 100), ("varios miles|miles", THOUSAND),
        ("millones(?= de)", MILLION),
    ),
    approx="cerca de|casi|unos|unas|aproximadamente|alrededor de",
    minimum="más de|al menos|por lo menos|como mínimo|no menos de",
    maximum="hasta|como máximo|menos de|no más de",
    negation="no",
    or_more="o más",
    range_words="a|y",
    bare_multiplier=True,
    one_group=".",
    units="años|días|horas|minutos|meses|kilómetros|metros|km|veces|en|por|para|con|y|drones"
    "|tanques|aviones",
)  # fmt: skip

VIETNAMESE = NumberWords(
    words=_numbers(
        n1="một", n2="hai", n3="ba", n4="bốn", n5="năm", n6="sáu", n7="bảy", n8="tám",
        n9="chín", n10="mười",
    )
    | {"nửa": 0.5},
    multipliers=(
        ("trăm", 100), ("nghìn|ngàn", THOUSAND), ("vạn", 10_000), ("triệu", MILLION),
        ("tỷ|tỉ", BILLION),
    ),
    vague=(
        ("hàng chục (?:nghìn|ngàn)", 10_000), ("hàng trăm (?:nghìn|ngàn)", 100_000),
        ("hàng chục|hàng tá", 10), ("hàng trăm", 100), ("hàng (?:nghìn|ngàn)", THOUSAND),
        ("hàng triệu", MILLION),
    ),
    approx="khoảng|gần|xấp xỉ",
    minimum="hơn|trên|ít nhất|tối thiểu|không dưới",
    maximum="tối đa|dưới|không quá",
    negation="không phải|chứ không phải",
    or_more="trở lên",
    range_words="đến|tới",
    one_group=".",
    units="năm|ngày|giờ|phút|tháng|tuần|km|kilomet|mét|lần|tuổi|ở|tại|trong|và|từ",
)  # fmt: skip

NUMBER_WORDS: Mapping[str, NumberWords] = {
    "en": ENGLISH, "ru": RUSSIAN, "uk": UKRAINIAN, "pl": POLISH, "de": GERMAN, "fr": FRENCH,
    "es": SPANISH, "vi": VIETNAMESE,
}  # fmt: skip
