"""Bot checks: pages of protection services that want a browser to prove itself.

A feed behind one can't be polled until its publisher exempts it, so the service is named.
"""

from __future__ import annotations

from collections.abc import Mapping

BODY_BYTES = 16_384  # of the page that are searched

# Header → a part of its value → the service.
_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("server", "ddos-guard", "DDoS-Guard"),
    ("x-sucuri-block", "", "Sucuri"),
    ("x-datadome", "", "DataDome"),
    ("x-iinfo", "", "Imperva"),
    ("server", "qrator", "Qrator"),
)
# A part of the page → the service.
_PAGES = (
    (b"/cdn-cgi/challenge-platform/", "Cloudflare"),
    (b"<title>just a moment...</title>", "Cloudflare"),
    (b"ddos-guard", "DDoS-Guard"),
    (b"anubis_challenge", "Anubis"),
    (b"making sure you&#39;re not a bot", "Anubis"),
    (b"making sure you're not a bot", "Anubis"),
    (b"sucuri website firewall", "Sucuri"),
    (b"captcha-delivery.com", "DataDome"),
    (b"_incapsula_resource", "Imperva"),
    (b"awswafcookiedomainlist", "AWS WAF"),
    (b"geo.captcha", "DataDome"),
)


def bot_check(headers: Mapping[str, str], body: bytes) -> str | None:
    """The protection service whose check an answer is, by its headers or its page; else None."""
    for name, part, service in _HEADERS:
        value = headers.get(name)
        if value is not None and part in value.lower():
            return service
    page = body[:BODY_BYTES].lower()
    return next((service for part, service in _PAGES if part in page), None)
