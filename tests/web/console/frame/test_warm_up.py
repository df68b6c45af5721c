"""The warm-up: templates and the pack are loaded before anybody asks for a page."""

from __future__ import annotations

from monitor.access.roles import PersonRole
from monitor.actions.reading.explanations import ExplainerCache
from monitor.classify.model.explain import Explainer
from monitor.domain.errors import PackError, StoreError
from monitor.web.console.frame import rendering
from monitor.web.console.frame.warm_up import warm_up_round
from tests.fakes import NOW
from tests.web.conftest import Visitor
from tests.web.console.conftest import sign_in
from tests.web.wolves import site_settings, topic, wolves

__all__ = ["site_settings", "topic", "wolves"]


async def test_templates_and_the_pack_are_loaded_once(wolves: Visitor) -> None:
    rendering._environment.cache_clear()
    explainers = ExplainerCache(wolves.site.settings)
    warm_up = warm_up_round(wolves.site, explainers)
    await warm_up.work(NOW)
    compiled = rendering._environment().cache
    assert compiled is not None
    assert len(compiled) == len(rendering.template_names())
    explainer = explainers.explainer()
    await warm_up.work(NOW)
    assert explainers.explainer() is explainer


async def test_a_pack_that_cant_be_used_harms_nothing(wolves: Visitor) -> None:
    class Damaged(ExplainerCache):
        def explainer(self) -> Explainer:
            raise PackError("the weights are missing")

    rendering._environment.cache_clear()
    await warm_up_round(wolves.site, Damaged(wolves.site.settings)).work(NOW)
    compiled = rendering._environment().cache
    assert compiled is not None
    assert len(compiled) == len(rendering.template_names())


async def test_what_places_prepare_is_computed_once_and_a_fault_of_one_harms_no_other(
    wolves: Visitor,
) -> None:
    called: list[str] = []

    async def fail() -> None:
        called.append("fails")
        raise StoreError("the database is away")

    async def succeed() -> None:
        called.append("succeeds")

    wolves.site.preparations[:] = [fail, succeed]
    warm_up = warm_up_round(wolves.site, ExplainerCache(wolves.site.settings))
    await warm_up.work(NOW)
    await warm_up.work(NOW)
    assert called == ["fails", "succeeds"]


async def test_the_first_requests_of_prepared_places_count_nothing(wolves: Visitor) -> None:
    await warm_up_round(wolves.site, ExplainerCache(wolves.site.settings)).work(NOW)
    admin = await sign_in(wolves, "Ada", PersonRole.ADMIN)
    await admin.get("/console/dashboard.json")  # waits for the recall, which was begun
    counted: list[None] = []
    wolves.site.counting.store.before_statements(lambda: counted.append(None))
    for address in ("/console/", "/console/?show=all", "/console/settings", "/console/teaching"):
        assert (await admin.get(address)).status == 200
        assert counted == [], address
