"""Feed logins (HTTP Basic): from an address, a file, or typed; addresses are kept without them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from monitor.domain.errors import ConfigError
from monitor.domain.feeds import FeedLogin
from monitor.text.urls import web_address

# The part before the last @ of an address's authority (RFC 3986 3.2.1).
_USER_INFO = re.compile(r"^(https?://)([^/?#]*)@", re.IGNORECASE)
# The same in an address of any scheme or of none, also with a slash in the password.
_ANY_USER_INFO = re.compile(
    r"^((?:[a-z][a-z0-9+.-]*:)?//)?(?!\[)(?:[^/?#]*|[^/?#:]*:(?!\d*[/?#])\S*)@", re.IGNORECASE
)
_LONGEST_FILE = 4_096  # bytes


def split_login(url: str) -> tuple[str, FeedLogin | None]:
    """The address without its user name and password, and these; None where it has none.

    Raise ConfigError for a user name or password that HTTP can't carry; the message holds neither.
    """
    address = web_address(url)
    match = _USER_INFO.match(address)
    if match is None:
        return address, None
    user_info = match[2]
    if "\\" in user_info or any(character.isspace() for character in user_info):
        raise ConfigError(
            "the user name or password in the address has a space or a backslash: write it as %20"
            " or %5C, or use --user and --password-file"
        )
    user, _, password = user_info.partition(":")
    login = feed_login(unquote(user, errors="replace"), unquote(password, errors="replace"))
    return match[1] + address[match.end() :], login


def without_login(text: str) -> str:
    """The text, without user name and password when it is an address with them, valid or not."""
    return _ANY_USER_INFO.sub(r"\1", text, count=1)


def feed_login(user: str, password: str) -> FeedLogin:
    """A login.  Raise ConfigError for characters that HTTP Basic can't carry (RFC 7617 2)."""
    if ":" in user:
        raise ConfigError("a user name can't contain a colon: HTTP puts one before the password")
    for name, text in (("user name", user), ("password", password)):
        if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
            raise ConfigError(f"the {name} has a control character: type it again")
    return FeedLogin(user=user, password=password)


def read_password(file: Path) -> str:
    """The password in a file, without white space at its ends.  Raise ConfigError."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_LONGEST_FILE + 1)
        password = content.decode("utf-8-sig").strip()
    except OSError as error:
        raise ConfigError(f"{file}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text; save the password as UTF-8") from None
    if len(content) > _LONGEST_FILE or "\n" in password:
        raise ConfigError(f"{file}: holds more than one line: put the password alone into it")
    if not password:
        raise ConfigError(f"{file}: is empty: put the password into it")
    return password
