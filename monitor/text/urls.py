"""URL normalization: article URLs without tracking parameters, sessions and mobile hosts."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

# Parameters that tell where a reader came from, never which article it is.  Each is written by a
# known tool, which is named here so that the list can be checked and extended.
_TRACKING = re.compile(
    r"^("
    r"utm_\w+|_ga|_gl|ga_\w+|gclid|gclsrc|dclid|gbraid|wbraid|gad_\w+|srsltid"  # Google
    r"|fbclid|fb_(action_ids|action_types|source|ref)|igshid|igsh"  # Meta
    r"|msclkid|ocid|cvid"  # Microsoft, MSN
    r"|yclid|ysclid|ymclid|_openstat"  # Yandex
    r"|twclid|ref_?src|ref_?url|ttclid|li_fat_id|rdt_cid|epik|s_kwcid"  # other networks
    r"|at_(medium|campaign|custom\d|link\w*|format|ptr\w*|bbc_team|creation|variant|type)"  # Piano
    r"|xtor|xtref|at_recipient_\w+"  # AT Internet, which Piano was
    r"|ns_\w+|wt\.\w+|wt_\w*mc\w*|s_cid|cm_\w+|icid|intcid|cmpid|cmp|campaign_id"  # site analytics
    r"|(pk|mtm|piwik|matomo)_\w+|hsa_\w+|_hs(enc|mi)|__hs\w+"  # Matomo, HubSpot
    r"|mc_[ce]id|mkt_tok|vero_\w+|oly_\w+_id|ck_subscriber_id|sc_cid|elq\w*|sfmc_\w+|bxid"  # mail
    r"|smid|smtyp|ito|ftag|emc|traffic_source|feature_id|taid|ncid|sref|sr_share|spm|scm"  # houses
    r"|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken"  # sessions
    r")$",
    re.IGNORECASE,
)
# Values of parameters, whatever their name, that tell that the reader came from a feed.
_FROM_A_FEED = re.compile(r"^(rss|atom|feed)s?([_.-]?(feeds?|reader|link|20?))?$", re.IGNORECASE)
# Parameters that sign, date or number a request, by their usual names; and values that look random:
# 16 letters and digits or more, mixed.
_TOKEN_NAME = re.compile(
    r"^(s|sid|ssid|sess|session|session_?id|token|access_?token|auth|key|sig|sign|signature|hmac"
    r"|expires?|exp|hash|nonce|cb|cache_?bust(er)?|no_?cache|rand|random|rnd|r|t|ts|time|timestamp"
    r"|_|v|ver|version|uid|cid|click_?id|trk|tracking_?id|hits?|count(er)?)$",
    re.IGNORECASE,
)
_TOKEN_VALUE = re.compile(r"^(?=(?:[^\d]*\d){3})(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z]{16,}$")
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
# Host labels of the same site, also for telephones; never one of the last two of a host.
_SITE_LABELS = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_FEED_SCHEME = re.compile(r"^feed:(?://)?", re.IGNORECASE)
_WEB_SCHEME = re.compile(r"^https?:", re.IGNORECASE)
_BARE_HOST = re.compile(
    r"^(?:[\w-]{1,63}\.)+[a-z][\w-]{1,62}(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE
)
_ORDINARY_PORTS = (None, 80, 443)


@lru_cache(maxsize=100)  # each URL is normalized several times in a row
def normal_url(url: str) -> str:
    """The URL without the parts that vary while the article is the same.

    These are the scheme, `www.` or `m.`, the usual ports, a slash at the end, tracking and session
    parameters, the order of the others, and the fragment (except `#!`, which names pages).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # not a URL; it can still be compared
        return url
    host = _SITE_LABELS.sub("", (parts.hostname or "").rstrip("."))
    if port not in _ORDINARY_PORTS:
        host = f"{host}:{port}"
    path = _SESSION_IN_PATH.sub("", parts.path).rstrip("/")
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name) and not _FROM_A_FEED.match(value)
    ]
    normal = f"{host}{path}"
    if query:
        normal += f"?{urlencode(sorted(query))}"
    return f"{normal}#{parts.fragment}" if parts.fragment.startswith("!") else normal


def naming_fragment(url: str) -> str:
    """The fragment of a URL, which may name a place of the page; empty for one that only tracks.

    Neither text fragments (`#:~:text=…`) nor tracking (`#xtor=RSS-1`) name anything.
    """
    fragment = url.partition("#")[2]
    if not fragment or fragment.startswith(":~:"):
        return ""
    name, _, value = fragment.partition("=")
    is_tracking = _TRACKING.match(name) or _FROM_A_FEED.match(value) or _FROM_A_FEED.match(name)
    return "" if is_tracking else fragment.partition(":~:")[0]


def normal_place(url: str) -> str:
    """The normalized URL without its host and without tokens that change with every answer.

    Two articles may have the same place: it is only evidence for an article that is the same word
    for word.  A front page keeps its host.
    """
    host_and_path, _, query = normal_url(url).partition("?")
    host, _, path = host_and_path.partition("/")
    parts = [part for part in query.split("&") if part and not _is_token(part)]
    if not path:
        return "?".join([host, *parts])
    steps = ("*" if _TOKEN_VALUE.match(step) else step for step in path.split("/"))
    return "&".join(["/".join(steps), *parts])


def _is_token(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return bool(_TOKEN_NAME.match(name) or _TOKEN_VALUE.match(value))


def web_address(text: str) -> str:
    """An address as a person or a page writes it, as one to fetch.

    `feed:` and `feed://`, which browsers put in front of feeds, are taken off, and an address
    without a scheme gets `https://`.  Anything else is returned as it is, for the error to name.
    """
    address = text.strip()
    rest = _FEED_SCHEME.sub("", address, count=1)
    if rest != address:
        return rest if _WEB_SCHEME.match(rest) else f"http://{rest.lstrip('/')}"
    return f"https://{address}" if _BARE_HOST.match(address) else address


def host_name(url: str) -> str:
    """The host of an address, in small letters and without its port; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_same_server(url: str, other: str) -> bool:
    """Whether both are of one scheme, host and port, or `other` is the https form of an http URL.

    A password for `url` may be sent to `other`.
    """
    try:
        before, after = urlsplit(url), urlsplit(other)
        ports = (before.port, after.port)
    except ValueError:
        return False
    if before.hostname != after.hostname:
        return False
    if before.scheme == after.scheme:
        return ports[0] == ports[1]
    return (before.scheme, after.scheme) == ("http", "https") and ports == (None, None)


def names_an_article(url: str) -> bool:
    """False for a URL that looks like the front page of a site or of a section.

    An article's URL has a query, a number, a hyphen or underscore, or a path of three steps
    or of some length; `https://example.org/en/news` has none of them.
    """
    host_and_path, _, query = normal_url(url).partition("?")
    path = host_and_path.partition("/")[2]
    if query:
        return True
    return bool(re.search(r"[\d_-]", path)) or path.count("/") >= 2 or len(path) >= 20
