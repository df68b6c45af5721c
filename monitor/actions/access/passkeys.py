"""Passkeys (WebAuthn): register one, sign in by one, remove one.

They need the extra `passkeys`, and an address that browsers trust: https, or http://localhost.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.access import challenges, name_rules, secret_text
from monitor.access.accounts import Passkey, Person, SignInMethod
from monitor.access.caller import Caller
from monitor.actions import as_json
from monitor.actions.access.audit_log import entry_of
from monitor.actions.access.sessions import Visitor, new_session
from monitor.actions.access.sign_in import (
    SignInAnswer,
    SignInDesk,
    SignInRefused,
    limit_tries,
    store_session,
)
from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.store.store import Store

MISSING = "Passkeys need a library that is not installed: pip install 'watchpost[passkeys]'."
REFUSED = SignInRefused(
    sentence="That passkey is not known here, or its answer came too late: try again."
)
MOST_PASSKEYS = 20  # of one person
_SERVICE_NAME = "Watchpost"
_SIGN_IN = "sign in"
_KNOWN_FORM = '{"type": "public-key", …}'


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAnswer:
    """What the browser sent: the credential as JSON, and the origin of the page."""

    credential: str
    origin: str  # "https://watch.example", whose host was checked
    name: str = ""  # of a new passkey: "laptop"
    cookie: str = ""  # of the session that a sign-in replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPasskey:
    """A passkey as its owner sees it."""

    passkey: Passkey

    def as_json(self) -> JsonObject:
        """The passkey."""
        return {
            "key": self.passkey.key,
            "name": self.passkey.name,
            "created_at": as_json.instant(self.passkey.created_at),
            "used_at": as_json.instant(self.passkey.used_at),
        }


def passkey_fault(origin: str) -> str:
    """Why passkeys can't be used at this origin, in a sentence; empty where they can."""
    if find_spec("webauthn") is None:
        return MISSING
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if _is_ip_address(host):
        return "Browsers allow passkeys at a name only: open the console as http://localhost:PORT."
    if parts.scheme != "https" and host != "localhost":
        return "Browsers allow passkeys by https only: put a reverse proxy with TLS in front."
    return ""


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _check_site(origin: str) -> str:
    """The host of the origin.  Raise ConfigError where passkeys can't be used."""
    if fault := passkey_fault(origin):
        raise ConfigError(fault)
    return urlsplit(origin).hostname or ""


def registration_options(store: Store, person: Person, origin: str, now: datetime) -> str:
    """The JSON for `navigator.credentials.create`.  Raise ConfigError."""
    host = _check_site(origin)
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=host,
        rp_name=_SERVICE_NAME,
        user_name=person.name,
        user_id=bytes.fromhex(person.key),
        challenge=challenges.new_challenge(store.tokens.secret(), _adding(person), now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id))
            for passkey in store.passkeys.list(person.key)
        ],
    )
    return options_to_json(options)


def _adding(person: Person) -> str:
    return f"add to {person.key}"


def add_passkey(
    store: Store, person: Person, answer: PasskeyAnswer, caller: Caller, now: datetime
) -> Passkey:
    """Store the passkey that the browser made.  Raise ConfigError when it can't be accepted."""
    host = _check_site(answer.origin)
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    name = name_rules.clean_name(answer.name) or "passkey"
    if fault := name_rules.name_fault(name):
        raise ConfigError(f"The name of the passkey {fault}.")
    if len(store.passkeys.list(person.key)) >= MOST_PASSKEYS:
        raise ConfigError(f"You have {MOST_PASSKEYS} passkeys: remove one first.")
    credential, challenge = _read(answer.credential)
    if not _is_fresh(store, challenge, _adding(person), now):
        raise ConfigError("The passkey's answer came too late or twice: try again.")
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=answer.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"The passkey's answer can't be verified ({error}): try again.") from None
    credential_id = bytes_to_base64url(verified.credential_id)
    passkey = Passkey(
        key=secret_text.digest(credential_id),
        person_key=person.key,
        name=name,
        credential_id=credential_id,
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        created_at=now,
    )
    entry = entry_of(caller, "add passkey", f"{person.name}: {name}", now)
    if not store.passkeys.add(passkey, entry):
        raise ConfigError("This passkey is registered already.")
    return passkey


def _read(text: str) -> tuple[dict[str, object], bytes]:
    """The credential of a browser and the challenge that it answers.  Raise ConfigError."""
    try:
        credential = json.loads(text)
        client_data = json.loads(_decoded(_mapping(credential["response"])["clientDataJSON"]))
        challenge = _decoded(client_data["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise ConfigError(f"That is no answer of a passkey: it looks like {_KNOWN_FORM}.") from None
    return dict(_mapping(credential)), challenge


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("no JSON object")
    return value


def _decoded(text: object) -> bytes:
    """The bytes of base64url without padding."""
    encoded = str(text)
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)


def _is_fresh(store: Store, challenge: bytes, purpose: str, now: datetime) -> bool:
    """Whether the challenge is ours and was not answered before; it is spent now."""
    if not challenges.is_valid(challenge, store.tokens.secret(), purpose, now):
        return False
    key = secret_text.digest(challenge.hex())
    return store.passkeys.spend_challenge(key, challenges.ends_at(challenge), now)


def sign_in_options(store: Store, origin: str, now: datetime) -> str:
    """The JSON for `navigator.credentials.get`; it names nobody.  Raise ConfigError."""
    host = _check_site(origin)
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=host,
        challenge=challenges.new_challenge(store.tokens.secret(), _SIGN_IN, now),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


async def sign_in_by_passkey(
    desk: SignInDesk, answer: PasskeyAnswer, visitor: Visitor, now: datetime
) -> SignInAnswer:
    """Verify the answer of a passkey, and make a session.  Raise ConfigError for no answer at all.

    A passkey that is unknown, of somebody else's site or altered gets one and the same refusal.
    """
    refused = limit_tries(desk.limits, None, visitor, now)
    if refused is not None:
        return refused
    return await desk.run_in_store(partial(_sign_in, desk.store, answer, visitor, now))


def _sign_in(store: Store, answer: PasskeyAnswer, visitor: Visitor, now: datetime) -> SignInAnswer:
    host = _check_site(answer.origin)
    credential, challenge = _read(answer.credential)
    passkey = store.passkeys.by_key(secret_text.digest(str(credential.get("id", ""))))
    if passkey is None or not _is_fresh(store, challenge, _SIGN_IN, now):
        return REFUSED
    sign_count = _verified_count(passkey, credential, challenge, (host, answer.origin))
    person = store.people.by_key(passkey.person_key)
    if sign_count is None or person is None:
        return REFUSED
    store.passkeys.record_use(passkey.key, sign_count, now)
    signed_in = new_session(person, SignInMethod.PASSKEY, visitor, now)
    store_session(store, signed_in, answer.cookie, now)
    return signed_in


def _verified_count(
    passkey: Passkey,
    credential: dict[str, object],
    challenge: bytes,
    site: tuple[str, str],
) -> int | None:
    """The authenticator's new counter; None when the signature is not the passkey's."""
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    host, origin = site
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return int(verified.new_sign_count)


def list_passkeys(store: Store, person_key: str) -> list[ListedPasskey]:
    """The passkeys of a person, the oldest first."""
    return [ListedPasskey(passkey=passkey) for passkey in store.passkeys.list(person_key)]


def remove_passkey(
    store: Store, person: Person, key: str, caller: Caller, now: datetime
) -> Passkey:
    """Remove a passkey of this person.

    Raise ConfigError when it is not there, or the person could not sign in without it.
    """
    passkeys = {passkey.key: passkey for passkey in store.passkeys.list(person.key)}
    if key not in passkeys:
        raise ConfigError("That passkey was removed already.")
    if len(passkeys) == 1 and not person.password_hash:
        raise ConfigError("Set a password or add another passkey first: you could not come back.")
    target = f"{person.name}: {passkeys[key].name}"
    store.passkeys.remove(person.key, key, entry_of(caller, "remove passkey", target, now))
    return passkeys[key]
