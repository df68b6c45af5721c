"""DKIM signatures (RFC 6376): mails signed with the key of the sender's domain."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass, field
from pathlib import Path

from monitor.deliver.transports.address import Mailbox
from monitor.domain.errors import ConfigError

# The headers that are signed, if present: all that readers and servers act on.  RFC 8058 requires
# those of unsubscribing.
_SIGNED = (
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "list-id",
    "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "mime-version", "content-type",
)  # fmt: skip
# Signed once more than they occur, so that a header added on the way breaks the signature.
_SEALED = ("from", "to", "subject", "date", "list-unsubscribe", "list-unsubscribe-post")
_SHORTEST_BITS = 1_024  # RFC 8301: verifiers refuse shorter keys

# Errors of the library for damaged PEM or DER, besides its own classes.
_DAMAGE = (ValueError, IndexError, KeyError, TypeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A private key; the public key is the DNS record `selector`._domainkey.`domain`."""

    selector: str
    domain: str
    pem: bytes = field(repr=False)

    def signed(self, content: bytes) -> bytes:
        """The mail with its DKIM-Signature on top.  Takes some milliseconds of CPU."""
        import dkim

        present = {line.partition(b":")[0].decode().lower() for line in _headers(content)}
        names = [name for name in _SIGNED if name in present] + list(_SEALED)
        header: bytes = dkim.sign(
            content,
            self.selector.encode(),
            self.domain.encode(),
            self.pem,
            include_headers=names,
            canonicalize=(b"relaxed", b"relaxed"),
        )
        return header + content


def _headers(content: bytes) -> list[bytes]:
    return content.partition(b"\r\n\r\n")[0].split(b"\r\n")


def load(file: Path, *, selector: str, domain: str, sender: Mailbox) -> DkimKey:
    """Load a key and try it.  Raise ConfigError, with what to do, for a key that can't sign.

    `domain` must be the sender's or a parent of it: receivers ignore other signatures (DMARC).
    """
    domain = domain or sender.domain
    if not selector:
        raise ConfigError(
            "email.dkim_key needs email.dkim_selector: the name before ._domainkey of the record"
            f" that holds the public key in the DNS of {domain}"
        )
    if sender.domain != domain and not sender.domain.endswith(f".{domain}"):
        raise ConfigError(
            f"email.dkim_domain {domain!r} does not match the domain of email.sender,"
            f" {sender.domain}: leave it empty, or set that domain or a parent of it"
        )
    try:
        pem = file.read_bytes().removeprefix(BOM_UTF8).replace(b"\r\n", b"\n")
    except OSError as error:
        raise ConfigError(f"email.dkim_key: {file} can't be read: {error.strerror}") from None
    key = DkimKey(selector=selector, domain=domain, pem=pem)
    _try(key, file)
    return key


def _try(key: DkimKey, file: Path) -> None:
    try:
        import dkim
        from dkim.crypto import UnparsableKeyError, parse_pem_private_key
    except ImportError:
        raise ConfigError(
            "email.dkim_key is set, but the DKIM library is not installed:"
            " pip install 'watchpost[dkim]', or leave the setting empty"
        ) from None
    try:
        bits = parse_pem_private_key(key.pem)["modulus"].bit_length()
        key.signed(f"From: watchpost@{key.domain}\r\n\r\n\r\n".encode())
    except (dkim.DKIMException, UnparsableKeyError, *_DAMAGE):
        raise ConfigError(
            f"email.dkim_key: {file} holds no RSA key that can sign; make one with"
            " `openssl genrsa -out dkim.pem 2048` and publish its public half"
        ) from None
    if bits < _SHORTEST_BITS:
        raise ConfigError(
            f"email.dkim_key: {file} holds a key of {bits} bits, which receivers refuse; make one"
            " of 2048 with `openssl genrsa -out dkim.pem 2048`"
        )
