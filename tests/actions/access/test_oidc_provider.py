"""A provider that lies is refused, whatever it lies about; an honest one is believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from monitor.access.sign_in_flow import new_flow
from monitor.actions.access import oidc_provider
from monitor.actions.access.oidc_provider import OidcProvider, ProviderAnswer, ProviderError
from monitor.settings import loader
from tests.actions.access.lying_provider import CLIENT, LyingProvider, lying_provider
from tests.fakes import NOW

KEY = "the secret of this installation"
FLOW = new_flow(NOW, "http://127.0.0.1:8080/console/sign-in/oidc/callback", "/console/")
ANSWER = ProviderAnswer(code="c0de", state=FLOW.state(KEY))


@pytest.fixture
async def liar() -> AsyncIterator[LyingProvider]:
    async with lying_provider(NOW) as provider:
        provider.claims["nonce"] = FLOW.nonce(KEY)
        yield provider


def ours(liar: LyingProvider, **oidc: object) -> OidcProvider:
    """The provider as our settings know it."""
    section = {"issuer": liar.issuer, "client_id": CLIENT, **oidc}
    overrides = {"oidc": section, "egress": {"allow": ["127.0.0.0/8"]}}
    return OidcProvider(loader.load(environment={}, overrides=overrides))


async def refusal_of(provider: OidcProvider, answer: ProviderAnswer = ANSWER) -> str:
    with pytest.raises(ProviderError) as refused:
        await provider.claims(answer, FLOW, KEY, NOW)
    return str(refused.value)


async def test_an_honest_provider_is_believed(liar: LyingProvider) -> None:
    provider = ours(liar, client_secret="hunter2")
    address = urlsplit(await provider.sign_in_address(FLOW, KEY, NOW, again=True))
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (query["code_challenge_method"], query["prompt"]) == ("S256", "login")
    assert query["state"] == FLOW.state(KEY)
    claims = await provider.claims(ANSWER, FLOW, KEY, NOW)
    assert claims["sub"] == "248289761001"
    (form,) = liar.forms
    assert form["code_verifier"] == FLOW.verifier(KEY)
    assert (form["client_id"], form["client_secret"]) == (CLIENT, "hunter2")


@pytest.mark.parametrize(
    ("lie", "fault"),
    [
        ({"iss": "https://evil.example"}, "issued by"),
        ({"aud": "another"}, "aud"),
        ({"nonce": "another"}, "nonce"),
        ({"exp": int((NOW - timedelta(hours=1)).timestamp())}, "expired"),
    ],
    ids=["issuer", "audience", "nonce", "expired"],
)
async def test_wrong_claims_are_refused(
    liar: LyingProvider, lie: dict[str, object], fault: str
) -> None:
    liar.claims |= lie
    assert fault in await refusal_of(ours(liar))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_that_anybody_could_sign_is_refused(
    liar: LyingProvider, algorithm: str
) -> None:
    liar.algorithm = algorithm
    assert "signature" in await refusal_of(ours(liar))


async def test_a_token_signed_with_a_swapped_key_is_refused(liar: LyingProvider) -> None:
    liar.shown_key = RSAKey.generate_key(2048, {"kid": "one"})
    assert "signature" in await refusal_of(ours(liar))


async def test_new_keys_are_fetched_for_an_unknown_one_and_not_at_each_request(
    liar: LyingProvider,
) -> None:
    provider = ours(liar)
    await provider.claims(ANSWER, FLOW, KEY, NOW)
    liar.key = RSAKey.generate_key(2048, {"kid": "two"})
    await provider.claims(ANSWER, FLOW, KEY, NOW + timedelta(minutes=2))
    assert liar.requested.count("/keys") == 2
    liar.shown_key, liar.key = liar.key, RSAKey.generate_key(2048, {"kid": "three"})
    with pytest.raises(ProviderError, match="signature"):
        await provider.claims(ANSWER, FLOW, KEY, NOW + timedelta(minutes=2))
    assert liar.requested.count("/keys") == 2


@pytest.mark.parametrize(
    ("lie", "fault"),
    [
        ({"issuer": "https://evil.example"}, "calls itself 'https://evil.example'"),
        ({"token_endpoint": "ftp://127.0.0.1/token"}, "no usable token_endpoint"),
        ({"jwks_uri": None}, "no usable jwks_uri"),
        ({"authorization_response_iss_parameter_supported": True}, "another provider"),
    ],
)
async def test_a_discovery_document_that_lies_is_refused(
    liar: LyingProvider, lie: dict[str, object], fault: str
) -> None:
    liar.document = lie
    assert fault in await refusal_of(ours(liar))


async def test_an_answer_in_many_pieces_is_read_to_its_end(liar: LyingProvider) -> None:
    liar.padding = 200_000  # more than one read of a socket
    claims = await ours(liar).claims(ANSWER, FLOW, KEY, NOW)
    assert claims["sub"] == "248289761001"


async def test_an_answer_that_is_too_long_is_refused(liar: LyingProvider) -> None:
    liar.padding = 300_000
    assert "has more than 262,144 bytes" in await refusal_of(ours(liar))


async def test_a_refusal_and_an_answer_of_another_provider_are_told(liar: LyingProvider) -> None:
    provider = ours(liar)
    denied = ProviderAnswer(code="", state="", error="access_denied")
    assert "access_denied" in await refusal_of(provider, denied)
    mixed_up = ProviderAnswer(code="c", state="", issuer="https://evil.example")
    assert "another provider" in await refusal_of(provider, mixed_up)
    assert "no code" in await refusal_of(provider, ProviderAnswer(code="", state=""))
    liar.tokens = {"error": "invalid_grant", "error_description": "code was used"}
    assert "code was used" in await refusal_of(provider)
    liar.tokens = {"access_token": "a"}
    assert "no ID token" in await refusal_of(provider)
    liar.tokens = {"id_token": "no token"}
    assert "signature" in await refusal_of(provider)


async def test_a_provider_in_our_network_needs_leave(liar: LyingProvider) -> None:
    section = {"issuer": liar.issuer, "client_id": CLIENT}
    provider = OidcProvider(loader.load(environment={}, overrides={"oidc": section}))
    refusal = await refusal_of(provider)
    assert refusal.endswith("is a loopback address; if it is meant, add its range to egress.allow.")
    assert "Errno" not in refusal


def test_without_the_extra_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert oidc_provider.oidc_fault() == ""
    monkeypatch.setattr(oidc_provider, "find_spec", lambda name: None)
    assert "pip install 'watchpost[oidc]'" in oidc_provider.oidc_fault()
