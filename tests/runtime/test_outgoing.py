"""Outgoing connections say who asks, and go nowhere that the settings do not allow."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor import __version__
from monitor.net import egress
from monitor.runtime.outgoing import open_session, user_agent
from monitor.settings import loader
from monitor.settings.sections import Settings


def settings(**sections: dict[str, object]) -> Settings:
    return loader.load(None, overrides=sections, environment={})


def test_the_user_agent_names_program_version_and_contact():
    contact = settings(poll={"contact": "desk@wire.example"})
    assert user_agent(contact) == f"Watchpost/{__version__} (+desk@wire.example)"
    assert user_agent(settings()).endswith("(+no contact set)")


async def test_a_closed_network_is_asked_only_where_the_settings_allow_it():
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/", hello)
    allowed = settings(egress={"allow": ["127.0.0.0/8"]})
    async with TestServer(application, host="127.0.0.1") as server:
        async with open_session(allowed, connections=1, per_host=1) as session:
            assert await (await session.get(server.make_url("/"))).text() == "hello"
        assert session.closed
        async with open_session(settings(), connections=1, per_host=1) as session:
            with pytest.raises(aiohttp.ClientError) as refusal:
                await session.get(server.make_url("/"))
            assert egress.refused(refusal.value)
