"""Sign-in by OpenID Connect with a provider of its own program, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.conftest import Answer, Visitor
from tests.web.console.conftest import Member

# The provider uses parts of its own libraries that these have deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
START = "/console/sign-in/oidc"
COOKIE = "watchpost-session"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that knows Mina of the desk."""
    mock = pytest.importorskip(
        "oidc_provider_mock", reason="the OpenID provider of the tests is not installed"
    )
    claims = {"preferred_username": "Mina", "groups": ["desk"]}
    user = mock.User(sub="mina", claims=claims)
    with mock.run_server_in_thread(require_nonce=True, user_claims=[user]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def web_settings() -> dict[str, object]:
    return {"console": True}


@pytest.fixture
def other_settings(provider: str) -> dict[str, object]:
    return {
        "oidc": {"issuer": provider, "client_id": "watch", "client_secret": "any"},
        "sign_in": {"create": True, "roles": {"desk": "analyst"}},
        "egress": {"allow": ["127.0.0.0/8", "::1/128"]},
    }


@pytest.fixture(autouse=True)
def time_of_the_provider(visitor: Visitor) -> None:
    """The provider has no clock that a test could set."""
    visitor.clock.at = datetime.now(UTC)


def cookie_of(answer: Answer, name: str) -> str:
    """The cookie of this name that the answer sets."""
    values = answer.headers.getall("set-cookie")
    (value,) = [value for value in values if value.startswith(f"{name}=")]
    return value.partition(";")[0]


async def at_provider(visitor: Visitor, start: Answer, **form: str) -> str:
    """The address to which the provider sends the browser back after its form."""
    address = start.headers["location"]
    pending = visitor.session.post(address, data=form, allow_redirects=False)
    async with pending as response:
        return str(response.headers["location"])


async def come_back(visitor: Visitor, address: str, cookie: str) -> Answer:
    parts = urlsplit(address)
    return await visitor.get(f"{parts.path}?{parts.query}", headers={"cookie": cookie})


async def test_somebody_signs_in_and_the_answer_is_good_once(visitor: Visitor, provider: str):
    page = await visitor.get("/console/sign-in?next=/console/search")
    assert "Sign in with localhost" in page.text
    start = await visitor.get(f"{START}?next=/console/search")
    flow = cookie_of(start, "watchpost-oidc")
    assert start.headers["location"].startswith(f"{provider}/oauth2/authorize?")
    back = await at_provider(visitor, start, sub="mina")
    answer = await come_back(visitor, back, flow)
    assert (answer.status, answer.headers["location"]) == (303, "/console/search")
    account = await Member(visitor, cookie_of(answer, COOKIE)).get("/console/account")
    assert "You are Mina, analyst" in account.text
    assert provider in account.text
    again = await come_back(visitor, back, flow)
    assert again.status == 400
    assert "did not take the code" in again.text


async def test_an_answer_that_this_browser_did_not_ask_for_is_refused(visitor: Visitor):
    start = await visitor.get(START)
    back = await at_provider(visitor, start, sub="mina")
    for cookie in (
        "watchpost-oidc=forged.cookie",
        cookie_of(await visitor.get(START), "watchpost-oidc"),
    ):
        answer = await come_back(visitor, back, cookie)
        assert answer.status == 400
        assert "begin again" in answer.text
    assert visitor.store.people.is_empty()


async def test_who_says_no_and_who_has_no_group_is_told_so(visitor: Visitor):
    start = await visitor.get(START)
    flow = cookie_of(start, "watchpost-oidc")
    denied = await come_back(visitor, await at_provider(visitor, start, action="deny"), flow)
    assert "begin again" in denied.text  # this provider's refusal has no state
    back = await at_provider(visitor, start, sub="stranger")
    refused = await come_back(visitor, back, flow)
    assert refused.status == 400
    assert "None of your groups" in refused.text


async def test_a_person_connects_an_account_and_removes_it(
    visitor: Visitor, analyst: Member, provider: str
):
    start = await analyst.get("/console/account/identities/connect")
    query = parse_qs(urlsplit(start.headers["location"]).query)
    assert query["prompt"] == ["login"]
    flow = cookie_of(start, "watchpost-oidc")
    back = await at_provider(visitor, start, sub="mina")
    stolen = await come_back(visitor, back, flow)
    assert "not signed in any more" in stolen.text
    start = await analyst.get("/console/account/identities/connect")
    flow = cookie_of(start, "watchpost-oidc")
    back = await at_provider(visitor, start, sub="mina")
    answer = await come_back(visitor, back, f"{flow}; {analyst.cookie}")
    assert (answer.status, answer.headers["location"]) == (303, "/console/account")
    person = visitor.store.people.list()[0]
    (identity,) = visitor.store.identities.list(person.key)
    await analyst.post("/console/account/identities/remove", {"identity": identity.key})
    assert visitor.store.identities.list(person.key) == []
