"""OpenID provider: its discovery document, its keys, and the exchange of a code for claims.

Every answer of the provider is checked before it is believed: who issued it, for whom, when, with
which key.  The library for signatures (joserfc) is an extra.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from monitor.access.provider_claims import ExpectedClaims, claims_fault
from monitor.access.sign_in_flow import SignInFlow
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from aiohttp import ClientResponse
    from joserfc.jwk import KeySet

    from monitor.settings.sections import OidcSettings, Settings

MISSING = (
    "Sign-in by OpenID Connect needs a library that is not installed:"
    " pip install 'watchpost[oidc]'."
)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA", "Ed25519")  # fmt: skip
_DISCOVERY = "/.well-known/openid-configuration"
_KEPT_FOR = timedelta(hours=1)
_KEYS_AGAIN = timedelta(minutes=1)  # for a key that is not among those we have
_LARGEST_ANSWER, _ANSWER_SECONDS = 262_144, 10


class ProviderError(ConfigError):
    """The provider can't be reached, or said something that is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDocument:
    """What the discovery document says, as far as we use it."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_issuer: bool  # in its answer (RFC 9207)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """The query with which the provider sends the browser back."""

    code: str
    state: str
    issuer: str = ""  # RFC 9207
    error: str = ""
    error_description: str = ""


class OidcProvider:
    """The provider of the settings; used from the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._oidc: OidcSettings = settings.oidc
        self._document: tuple[datetime, ProviderDocument] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def sign_in_address(
        self, flow: SignInFlow, key: str, now: datetime, *, again: bool
    ) -> str:
        """Where the browser goes to sign in; `again`: the provider asks for proof in any case.

        Raise ProviderError.
        """
        document = await self._discover(now)
        query = {
            "response_type": "code",
            "client_id": self._oidc.client_id,
            "redirect_uri": flow.redirect_url,
            "scope": " ".join(self._oidc.scopes),
            "state": flow.state(key),
            "nonce": flow.nonce(key),
            "code_challenge": flow.challenge(key),
            "code_challenge_method": "S256",
            **({"prompt": "login"} if again else {}),
        }
        endpoint = document.authorization_endpoint
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    async def claims(
        self, answer: ProviderAnswer, flow: SignInFlow, key: str, now: datetime
    ) -> Mapping[str, object]:
        """The claims about the person who signed in.  Raise ProviderError."""
        document = await self._discover(now)
        _check_answer(answer, self._oidc.issuer, names_issuer=document.names_issuer)
        form = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "redirect_uri": flow.redirect_url,
            "code_verifier": flow.verifier(key),
        }
        tokens = await self._exchange(document.token_endpoint, form)
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise ProviderError("The provider gave no ID token: is `openid` among oidc.scopes?")
        claims = await self._verified(id_token, document.jwks_uri, now)
        expected = ExpectedClaims(
            issuer=self._oidc.issuer, client_id=self._oidc.client_id, nonce=flow.nonce(key)
        )
        fault = claims_fault(claims, expected, now)
        if fault is not None:
            raise ProviderError(f"The ID token of the provider is refused: {fault}.")
        return claims

    async def _discover(self, now: datetime) -> ProviderDocument:
        if self._document is None or now - self._document[0] >= _KEPT_FOR:
            issuer = self._oidc.issuer
            content = await self._get(issuer.rstrip("/") + _DISCOVERY)
            self._document = now, _provider_document(content, issuer)
        return self._document[1]

    async def _verified(self, id_token: str, jwks_uri: str, now: datetime) -> Mapping[str, object]:
        """The claims of a token with a valid signature; new keys are fetched for an unknown one."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        keys, is_fresh = await self._key_set(jwks_uri, now, at_most=_KEPT_FOR)
        try:
            try:
                return jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
            except InvalidKeyIdError:
                if is_fresh:
                    raise
                keys, _ = await self._key_set(jwks_uri, now, at_most=_KEYS_AGAIN)
                return jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise ProviderError(
                f"The signature of the ID token is not valid: {type(error).__name__}."
            ) from None

    async def _key_set(
        self, jwks_uri: str, now: datetime, *, at_most: timedelta
    ) -> tuple[KeySet, bool]:
        """The keys of the provider, not older than that; and whether they were fetched now."""
        if self._keys is not None and now - self._keys[0] < at_most:
            return self._keys[1], False
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        content: Any = await self._get(jwks_uri)  # `import_key_set` checks what it is
        try:
            keys = KeySet.import_key_set(content)
        except (JoseError, KeyError, TypeError, ValueError):
            raise ProviderError("The keys of the provider can't be read.") from None
        self._keys = now, keys
        return keys, True

    async def _get(self, url: str) -> dict[str, Any]:
        status, content = await self._request("GET", url)
        if status != 200:
            raise ProviderError(f"The provider answers {status} at {url}.")
        return content

    async def _exchange(self, url: str, form: Mapping[str, str]) -> dict[str, Any]:
        """The tokens for a code.  The client proves itself by its secret, where it has one."""
        secret = self._oidc.client_secret.get_secret_value()
        fields = {**form, "client_id": self._oidc.client_id}
        if secret:
            fields["client_secret"] = secret
        status, content = await self._request("POST", url, fields)
        if status != 200:
            reason = str(content.get("error_description") or content.get("error") or status)
            raise ProviderError(f"The provider did not take the code: {reason[:200]}.")
        return content

    async def _request(
        self, method: str, url: str, form: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """The status and the JSON object of an answer.  Raise ProviderError."""
        import aiohttp

        from monitor.runtime import outgoing

        headers = {"accept": "application/json", "accept-encoding": "identity"}
        timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        try:
            async with (
                outgoing.open_session(self._settings, connections=1, per_host=1) as session,
                session.request(
                    method, url, data=form, headers=headers, timeout=timeout, allow_redirects=False
                ) as response,
            ):
                body = await _whole_body(response, url)
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ProviderError(
                f"The provider can't be reached at {url}: {_why_unreachable(error)}."
            ) from None
        return status, _json_object(body, url)


def _why_unreachable(error: Exception) -> str:
    """In words, without a full stop."""
    from monitor.net import egress

    refused = egress.refused(error)
    if refused is not None:
        return str(refused.strerror)
    if isinstance(error, TimeoutError):
        return f"no answer within {_ANSWER_SECONDS} s"
    return type(error).__name__


def oidc_fault() -> str:
    """Why nobody can sign in by OpenID Connect, in a sentence; empty where they can."""
    return MISSING if find_spec("joserfc") is None else ""


def _check_answer(answer: ProviderAnswer, issuer: str, *, names_issuer: bool) -> None:
    """Raise ProviderError for a refusal, and for an answer of another provider (mix-up)."""
    if answer.error:
        reason = answer.error_description or answer.error
        raise ProviderError(f"The provider did not sign you in: {reason[:200]}.")
    if (names_issuer or answer.issuer) and answer.issuer != issuer:
        raise ProviderError("The answer comes from another provider (iss): begin again.")
    if not answer.code:
        raise ProviderError("The provider sent no code: begin again.")


async def _whole_body(response: ClientResponse, url: str) -> bytes:
    """The body to its end, which may come in many pieces.  Raise ProviderError for a long one."""
    body = b""
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > _LARGEST_ANSWER:
            raise ProviderError(
                f"The provider's answer at {url} has more than {_LARGEST_ANSWER:,} bytes."
            )
    return body


def _json_object(body: bytes, url: str) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ProviderError(f"The provider's answer at {url} is no JSON object.")
    return content


def _provider_document(content: Mapping[str, object], issuer: str) -> ProviderDocument:
    """Raise ProviderError for a document of another issuer, or with an address that is not safe."""
    if content.get("issuer") != issuer:
        raise ProviderError(
            f"The provider calls itself {str(content.get('issuer'))[:200]!r}, and oidc.issuer says"
            f" {issuer!r}: they must be the same, to the letter."
        )
    addresses = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        address = content.get(name)
        if not isinstance(address, str) or not _is_safe(address, issuer):
            raise ProviderError(f"The provider names no usable {name}.")
        addresses[name] = address
    names_issuer = content.get("authorization_response_iss_parameter_supported") is True
    return ProviderDocument(**addresses, names_issuer=names_issuer)


def _is_safe(address: str, issuer: str) -> bool:
    """Whether it is https; plain http where the issuer is, too, which is then on this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and parts.scheme in ("https", urlsplit(issuer).scheme)
