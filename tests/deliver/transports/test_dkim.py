"""A signed mail verifies, its unsubscribe headers too; an invalid key is refused at the start."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import dkim as library
import pytest

from monitor.deliver.transports import dkim, mime
from monitor.deliver.transports.address import check_sender
from monitor.deliver.transports.smtp import SmtpChannel
from monitor.domain.alerts import Subscription
from monitor.domain.errors import ConfigError
from monitor.domain.messages import Message
from tests.deliver.transports.test_smtp_servers import SLOW, real, server, trusting

SENDER = check_sender("Watchpost <alerts@watch.example.org>")


def openssl(*words: str) -> bytes:
    command = shutil.which("openssl")
    if command is None:
        pytest.skip("making a key needs the openssl command")
    return subprocess.run([command, *words], check=True, capture_output=True, timeout=30).stdout


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dkim") / "dkim.pem"
    openssl("genrsa", "-out", str(file), "2048")
    return file


@pytest.fixture(scope="session")
def directory(key_file: Path) -> Callable[..., bytes]:
    """A DNS in which our public key stands, and nothing else."""
    public = openssl("rsa", "-in", str(key_file), "-pubout", "-outform", "DER")
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    def look_up(name: bytes, timeout: float = 5) -> bytes:
        return record if name == b"news._domainkey.watch.example.org." else b""

    return look_up


@pytest.fixture(scope="session")
def signed(key_file: Path, message: Callable[..., Message]) -> bytes:
    key = dkim.load(key_file, selector="news", domain="", sender=SENDER)
    content = mime.compose(
        message(subject="[dprk-russia][troops] 북한 특수부대 — " + "long " * 30, text="북한\n"),
        to="desk@example.org",
        sender=SENDER,
        unsubscribe=mime.Unsubscribe(url="https://watch.example.org/u/abc"),
    )
    return key.signed(content)


def test_a_signed_mail_verifies(signed: bytes, directory: Callable[..., bytes]) -> None:
    assert library.verify(signed, dnsfunc=directory)
    header, rest = signed.split(b"\r\nFrom:", 1)
    assert b"DKIM-Signature: v=1" in header
    assert b"d=watch.example.org" in header
    assert rest
    assert max(map(len, signed.split(b"\r\n"))) <= 998
    assert b"\n" not in signed.replace(b"\r\n", b"")
    assert signed.isascii()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/u/abc", b"/u/abd"),
        (b"One-Click", b"Two-Click"),
        (b"alerts@watch", b"others@watch"),
        (b"\r\nSubject: ", b"\r\nSubject: other "),
        (b"\r\nTo:", b"\r\nList-Unsubscribe: <https://evil.example/>\r\nTo:"),
        (b"\r\nTo:", b"\r\nSubject: another\r\nTo:"),
        (b"text/html", b"text/plain"),
    ],
)
def test_a_mail_changed_in_transit_fails_verification(
    signed: bytes, directory: Callable[..., bytes], old: bytes, new: bytes
) -> None:
    changed = signed.replace(old, new, 1)
    assert changed != signed
    assert not library.verify(changed, dnsfunc=directory)


def test_a_line_end_that_a_relay_changes_does_not_matter(
    signed: bytes, directory: Callable[..., bytes]
) -> None:
    assert library.verify(signed.replace(b"\r\nTo: ", b"\r\nTo:   "), dnsfunc=directory)


async def test_a_mail_verifies_where_it_arrives(
    key_file: Path,
    directory: Callable[..., bytes],
    certificate: tuple[Path, Path],
    message: Callable[..., Message],
    subscription: Callable[..., Subscription],
    now: datetime,
) -> None:
    text = "dots\n.\n..two\nFrom here\n" + "북한 " * 400
    async with real(certificate) as (port, sink):
        channel = SmtpChannel(
            server(port, SLOW, tls="starttls", username="me", password="hunter2"),
            sender="Watchpost <alerts@watch.example.org>",
            context=trusting(certificate),
            dkim=dkim.load(key_file, selector="news", domain="", sender=SENDER),
        )
        await channel.send(message(text=text), subscription(), now)
    (envelope,) = sink.envelopes
    assert library.verify(envelope.content, dnsfunc=directory)


@pytest.mark.parametrize(
    ("written", "changes", "words"),
    [
        (None, {}, "can't be read"),
        (b"", {}, "holds no RSA key"),
        (b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", {}, "no RSA"),
        (b"-----BEGIN RSA PRIVATE KEY-----\n????\n-----END RSA PRIVATE KEY-----\n", {}, "no RSA"),
        ("genrsa 512", {}, "512 bits"),
        ("genpkey -algorithm ed25519", {}, "no RSA key"),
        ("genrsa 2048", {"selector": ""}, "email.dkim_selector"),
        ("genrsa 2048", {"domain": "other.example"}, "does not match the domain of email.sender"),
        ("genrsa 2048", {"domain": "ch.example.org"}, "does not match the domain of email.sender"),
    ],
)
def test_an_invalid_key_is_refused_with_a_hint(
    tmp_path: Path, written: bytes | str | None, changes: dict[str, str], words: str
) -> None:
    file = tmp_path / "key.pem"
    if isinstance(written, str):
        written = openssl(*written.split())
    if written is not None:
        file.write_bytes(written)
    names = {"selector": "news", "domain": ""} | changes
    with pytest.raises(ConfigError, match=words) as refused:
        dkim.load(file, sender=SENDER, **names)
    assert "BEGIN" not in str(refused.value)


def test_a_key_in_the_other_form_and_of_the_domain_above_signs_too(
    tmp_path: Path, message: Callable[..., Message]
) -> None:
    file = tmp_path / "key.pem"
    pkcs8 = openssl("genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:1024")
    file.write_bytes(pkcs8.replace(b"\n", b"\r\n"))
    key = dkim.load(file, selector="news", domain="example.org", sender=SENDER)
    content = mime.compose(message(), to="desk@example.org", sender=SENDER)
    assert b"d=example.org" in key.signed(content)
    assert "BEGIN" not in repr(key)
