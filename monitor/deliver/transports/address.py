"""Mail addresses (RFC 5321): checked before they are stored or used."""

from __future__ import annotations

import re
from dataclasses import dataclass

import idna

from monitor.domain.errors import ConfigError

# Limits of RFC 5321 §4.5.3.1; §4.5.3.1.3 for the whole address.
_LONGEST_LOCAL = 64
_LONGEST_DOMAIN = 253
_LONGEST_ADDRESS = 254

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_MAILBOX = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<name>[^"<>]*?))\s*<(?P<address>[^<>]*)>\s*')


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A display name and its mail address."""

    name: str
    address: str  # checked, its domain in ASCII

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def check_email(address: str) -> str:
    """The address with its domain in lower-case ASCII.

    Quoted names, comments, address literals and display names are refused, as mail servers do
    today.  Raise ConfigError with the fault.
    """
    text = address.strip(" ")
    if not text.isprintable() or any(character.isspace() for character in text):
        raise _wrong(address, "it contains a space, line end or control character")
    local, at, domain = text.partition("@")
    if not at or "@" in domain:
        raise _wrong(address, 'it must have exactly one "@", as in name@example.org')
    if not _LOCAL.fullmatch(local):
        raise _wrong(address, 'before the "@" go letters a to z, digits, and -._+ between them')
    if len(local) > _LONGEST_LOCAL:
        raise _wrong(address, f'more than {_LONGEST_LOCAL} characters before the "@"')
    checked = f"{local}@{_domain(address, domain)}"
    if len(checked) > _LONGEST_ADDRESS:
        raise _wrong(address, f"longer than {_LONGEST_ADDRESS} characters")
    return checked


def check_sender(text: str) -> Mailbox:
    """ "Watchpost <alerts@example.org>", or a bare address.  Raise ConfigError."""
    match = _MAILBOX.fullmatch(text)
    if not match:
        return Mailbox(name="", address=check_email(text))
    name = (match["quoted"] if match["quoted"] is not None else match["name"]).strip()
    if not name.isprintable():
        raise _wrong(text, "the name contains a control character")
    return Mailbox(name=name, address=check_email(match["address"]))


def _domain(address: str, domain: str) -> str:
    try:
        ascii_domain = _ascii_domain(domain)
    except UnicodeError:  # an empty or over-long label, or a forbidden character
        raise _wrong(address, f"{domain!r} is not a domain name") from None
    labels = ascii_domain.split(".")
    if len(ascii_domain) > _LONGEST_DOMAIN or not all(map(_LABEL.fullmatch, labels)):
        raise _wrong(address, f"{domain!r} is not a domain name")
    if len(labels) == 1 and ascii_domain != "localhost":
        raise _wrong(address, f"{domain!r} lacks a top-level domain, as in example.org")
    if labels[-1].isdigit():
        raise _wrong(address, f"{domain!r} is a number, not a domain name")
    return ascii_domain


def _ascii_domain(domain: str) -> str:
    """The domain in ASCII by IDNA 2008, as registries do today.  Raise UnicodeError.

    Python's own codec is IDNA 2003, where `faß.de` is `fass.de`: the domain of somebody else.
    """
    lowered = domain.lower()
    if domain.isascii() and "xn--" not in lowered:
        return lowered
    return idna.encode(domain, uts46=True).decode("ascii").lower()


def _wrong(address: str, why: str) -> ConfigError:
    return ConfigError(f"{address[:300]!r} is not a valid mail address: {why}")
