"""A draft is put in force, undone and restored from the console; conflicts are shown."""

from __future__ import annotations

from monitor.domain.articles import Mark
from monitor.runtime import clock
from monitor.settings import loader
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.console.keywords.conftest import fields, file_text, follow

PATH = "/console/keywords"
FLAG = fields(**{"action-0": "flag"})


async def tried(member: Member, form: dict[str, str]) -> str:
    """Save the draft; return the digest that the button "put in force" sends."""
    page = (await member.post(f"{PATH}/trial", form)).text
    return page.partition('name="config" value="')[2].partition('"')[0]


async def test_a_draft_is_put_in_force_and_undone(wolves: Visitor, operator: Member) -> None:
    settings = wolves.site.settings
    config = await tried(operator, FLAG)
    answer = await operator.post(f"{PATH}/put", {"config": config, "reason": "it is news now"})
    page = await follow(operator, answer)
    assert "Version 2 is in force" in page
    text = file_text(settings)
    assert 'action = "flag"' in text
    assert "# asked for by the desk" in text
    assert loader.load(settings.path, environment={}).decision_digest == config
    assert "Version 2 has decided no article yet." in page
    assert "it is news now" in page
    answer = await operator.post(f"{PATH}/restore", {"number": "1"})
    assert "Version 3 (version 1 again) is in force" in await follow(operator, answer)
    assert 'action = "drop"' in file_text(settings)


async def test_a_change_of_the_file_meanwhile_is_shown_before_anything_is_overwritten(
    wolves: Visitor, operator: Member
) -> None:
    settings = wolves.site.settings
    config = await tried(operator, FLAG)
    assert settings.path is not None
    edited = file_text(settings).replace('["circus"]', '["circus", "zoo"]')
    settings.path.write_text(edited)
    page = (await operator.get(PATH)).text
    assert "The rules were changed since you began" in page
    assert "<ins>+ any = [&#34;circus&#34;, &#34;zoo&#34;]</ins>" in page
    refused = await follow(operator, await operator.post(f"{PATH}/put", {"config": config}))
    assert "the rules were changed meanwhile" in refused
    assert file_text(settings) == edited
    await operator.post(f"{PATH}/draft", FLAG | {"button": "rebase"})
    config = await tried(operator, FLAG)
    answer = await operator.post(f"{PATH}/put", {"config": config})
    assert "is in force" in await follow(operator, answer)


async def test_a_marked_article_is_lost_only_with_a_reason(
    wolves: Visitor, operator: Member
) -> None:
    config = await tried(operator, FLAG)
    await operator.post(f"{PATH}/put", {"config": config})
    article = wolves.store.articles.list()[0]
    mark = Mark(article_key=article.key, relevant=True, marked_at=clock.now())
    wolves.store.marks.add(mark)
    config = await tried(operator, fields())
    page = (await operator.get(f"{PATH}?trial=yes")).text
    assert "Lost, and known to matter:" in page
    form = {"config": config, "reason": "tidy"}
    refused = await follow(operator, await operator.post(f"{PATH}/put", form))
    assert "the change loses what is known to matter" in refused
    restored = await operator.post(f"{PATH}/restore", {"number": "1"})
    assert "the change loses what is known to matter" in await follow(operator, restored)
    answer = await operator.post(f"{PATH}/put", form | {"accept_loss": "yes"})
    assert "Version 3 is in force" in await follow(operator, answer)


async def test_what_can_not_be_put_in_force_is_said(wolves: Visitor, operator: Member) -> None:
    answer = await operator.post(f"{PATH}/put", {"config": ""})
    assert "there is no draft" in await follow(operator, answer)
    await tried(operator, FLAG)
    answer = await operator.post(f"{PATH}/put", {"config": "of another window"})
    assert "changed in another window" in await follow(operator, answer)
    for number in ("7", "", "-1", "9" * 30):
        answer = await operator.post(f"{PATH}/restore", {"number": number})
        assert "no version" in await follow(operator, answer)


async def test_a_file_that_is_wrong_or_gone_is_said(wolves: Visitor, operator: Member) -> None:
    settings = wolves.site.settings
    config = await tried(operator, FLAG)
    assert settings.path is not None
    settings.path.write_text("[topic")
    page = (await operator.get(PATH)).text
    assert "The file is refused as it is now" in page
    answer = await operator.post(f"{PATH}/put", {"config": config})
    assert "repair it first" in await follow(operator, answer)
    settings.path.unlink()
    page = (await operator.get(PATH)).text
    assert "Rules can be tried here, not put in force" in page
