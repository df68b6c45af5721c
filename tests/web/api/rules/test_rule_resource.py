"""Rules over the API: read, tried, put in force, restored; conflicts and losses."""

from __future__ import annotations

from monitor.access.roles import PersonRole, Scope
from monitor.domain.articles import Mark
from monitor.runtime import clock
from monitor.settings import loader
from tests.store.access.builders import DAY
from tests.web.api.conftest import Program, program
from tests.web.conftest import Visitor

DROP = '[[keywords.rules]]\nname = "a"\nany = ["circus"]\naction = "drop"\n'
FLAG = DROP.replace("drop", "flag")


def a_program(visitor: Visitor, role: PersonRole, *scopes: Scope) -> Program:
    until = clock.now() + DAY
    return program(visitor, role, scopes or frozenset(Scope), until=until, name=f"a {role}")


async def put(operator: Program, text: str, **fields: object) -> object:
    read = await operator.get("/rules")
    headers = {"if-match": read.headers["etag"]}
    return await operator.ask("PUT", "/rules", json={"text": text, **fields}, headers=headers)


async def test_rules_are_put_in_force_and_restored(wolves: Visitor) -> None:
    operator = a_program(wolves, PersonRole.OPERATOR)
    assert (await operator.get("/rules")).json()["rules"] == []
    version = (await put(operator, FLAG, reason="the circus")).json()
    assert (version["number"], version["by"], version["effect"]["gained"]) == (2, "a operator", 6)
    settings = loader.load(wolves.site.settings.path, environment={})
    assert [rule.name for rule in settings.keywords.rules] == ["a"]
    assert (await operator.get("/rules")).json()["version"] == 2
    page = (await operator.get("/rules/versions?limit=1")).json()
    assert [item["number"] for item in page["items"]] == [2]
    older = (await operator.get(f"/rules/versions?after={page['next']}")).json()
    assert [item["by"] for item in older["items"]] == [None]
    assert (await operator.get("/rules/versions/1")).json()["text"] == "[topic]\nthreshold = 0.0\n"
    restored = await operator.post("/rules/versions/1/restore", {"reason": "too much"})
    assert restored.json()["restored"] == 1
    assert (await operator.post("/rules/versions/9/restore", {})).status == 404
    unknown = await operator.get(f"/rules/versions/{'9' * 23}")
    assert unknown.status == 404
    assert f"no version {'9' * 23} of the rules" in unknown.json()["detail"]
    assert (await operator.get("/rules/versions/x")).status == 404
    assert (await operator.get("/rules/versions?after=x")).status == 400


async def test_rules_of_somebody_else_are_not_overwritten(wolves: Visitor) -> None:
    operator = a_program(wolves, PersonRole.OPERATOR)
    assert (await operator.ask("PUT", "/rules", json={"text": FLAG})).status == 428
    tag = (await operator.get("/rules")).headers["etag"]
    path = wolves.site.settings.path
    assert path is not None
    path.write_text(path.read_text() + DROP)
    stale = await operator.ask("PUT", "/rules", json={"text": FLAG}, headers={"if-match": tag})
    assert stale.status == 412
    assert DROP in path.read_text()
    again = await put(operator, DROP)
    assert again.status == 409
    assert "in force already" in again.json()["detail"]
    wrong = await put(operator, FLAG.replace("circus", "*"))
    assert wrong.status == 422
    assert "is not a term" in wrong.json()["detail"]


async def test_a_loss_needs_a_reason(wolves: Visitor) -> None:
    operator = a_program(wolves, PersonRole.OPERATOR)
    await put(operator, FLAG)
    article = wolves.store.articles.list()[0]
    wolves.store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=clock.now()))
    refused = await put(operator, DROP)
    assert refused.status == 409
    assert "marked as relevant" in refused.json()["detail"]
    assert (await put(operator, DROP, accept_loss=True, reason="tidy")).status == 200


async def test_a_backtest_names_articles_to_readers_only(wolves: Visitor) -> None:
    analyst = a_program(wolves, PersonRole.ANALYST)
    tried = (await analyst.post("/backtests", {"text": FLAG})).json()
    assert tried["state"] == "done"
    assert tried["result"]["gained"]["count"] == 6
    assert len(tried["result"]["gained"]["newest"]) == 6
    assert tried["result"]["instant"] is True
    narrow = program(
        wolves, PersonRole.ANALYST, {Scope.RULES_TEST}, until=clock.now() + DAY, name="narrow"
    )
    tried = (await narrow.post("/backtests", {"text": FLAG})).json()
    assert tried["result"]["gained"] == {"count": 6, "newest": []}
    assert (await narrow.get("/rules")).status == 403
    assert (await analyst.post("/backtests", {"text": "[topic"})).status == 422


async def test_rules_that_never_apply_are_listed(wolves: Visitor) -> None:
    operator = a_program(wolves, PersonRole.OPERATOR)
    await put(operator, FLAG.replace("circus", "rain"))
    await operator.post("/backtests", {"text": DROP})
    health = (await operator.get("/rules/health")).json()["items"]
    assert [(rule["name"], rule["note"]) for rule in health] == [("a", "never applied")]
