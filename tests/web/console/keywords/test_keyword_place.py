"""The keyword lab over a real socket: a draft is tried while one types, and without JavaScript."""

from __future__ import annotations

import json
import re

from monitor.domain.articles import Mark
from monitor.runtime import clock
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.console.keywords.conftest import fields, follow

PATH = "/console/keywords"
FLAG = fields(**{"action-0": "flag", "any-0": "circus\nfarm*"})


async def test_without_a_draft_the_page_shows_the_rules_in_force(
    wolves: Visitor, operator: Member
) -> None:
    page = (await operator.get(f"{PATH}?trial=yes")).text
    assert "1 rule is in force" in page
    assert 'value="circus"' in page
    assert "Of 6 articles" in page
    assert "nothing would change" in page
    assert "Put in force" not in page
    assert "How the rules in force fare" in page
    assert "golden events" in page
    assert "The rules of the file are in force all the same" in page  # none was put in force here


async def test_the_page_is_shown_before_the_trial_which_it_asks_for(
    wolves: Visitor, operator: Member
) -> None:
    page = (await operator.get(PATH)).text
    assert "Of 6 articles" not in page
    assert f'data-hx-get="{PATH}/trial" data-hx-trigger="load"' in page
    assert f'href="{PATH}?trial=yes"' in page  # without JavaScript
    trial = (await operator.get(f"{PATH}/trial")).text
    assert "nothing would change" in trial
    assert "You have a draft" not in (await operator.get(PATH)).text  # looking begins none
    await operator.post(f"{PATH}/draft", FLAG | {"button": "try"})
    assert "Flagged newly: 6" in (await operator.get(f"{PATH}/trial")).text


async def test_a_change_is_tried_while_one_types(wolves: Visitor, operator: Member) -> None:
    answer = await operator.post(f"{PATH}/trial", FLAG)
    assert answer.status == 200
    assert "6 would be flagged newly" in answer.text
    assert "<mark>circus</mark>" in answer.text
    assert "circus (flag), altered" in answer.text
    assert "Put in force" in answer.text
    assert 'action="/console/marks"' in answer.text
    page = (await operator.get(f"{PATH}?trial=yes")).text  # the draft is kept
    assert "You have a draft that is not in force" in page
    assert "Flagged newly: 6" in page


async def test_the_threshold_is_tried_by_its_field_and_shown_on_the_chart(
    wolves: Visitor, operator: Member
) -> None:
    answer = await operator.post(f"{PATH}/trial", fields(threshold="0.3"))
    assert "At a threshold of 30 %: " in answer.text
    assert re.search(r'type="range"[^>]* value="30" data-sets="threshold"', answer.text)
    without_script = await operator.post(
        f"{PATH}/draft", fields(threshold="0.3") | {"button": "try"}
    )
    page = await follow(operator, without_script)
    assert "At a threshold of 30 %: " in page
    assert re.search(r'<input id="threshold" name="threshold" type="number"[^>]*value="0.3"', page)


async def test_a_wrong_rule_is_named_and_the_draft_is_kept(
    wolves: Visitor, operator: Member
) -> None:
    answer = await operator.post(f"{PATH}/trial", fields(**{"any-0": "*"}))
    assert "is not a term" in answer.text
    answer = await operator.post(f"{PATH}/trial", fields(threshold="much"))
    assert "topic.threshold" in answer.text
    assert 'value="much"' in (await operator.get(PATH)).text


async def test_the_toml_is_another_view_of_the_draft(wolves: Visitor, operator: Member) -> None:
    page = await follow(operator, await operator.post(f"{PATH}/draft", FLAG | {"button": "toml"}))
    assert "any = [&#34;circus&#34;, &#34;farm*&#34;]" in page
    form = {"view": "toml", "toml": "[topic]\r\nthreshold = 0.3\r\n", "button": "form"}
    page = await follow(operator, await operator.post(f"{PATH}/draft", form))
    assert 'value="0.3"' in page
    assert "the threshold" in page
    broken = {"view": "toml", "toml": "[topic <script>", "button": "form"}
    page = await follow(operator, await operator.post(f"{PATH}/draft", broken))
    assert "not valid TOML" in page
    assert "[topic &lt;script&gt;" in page


async def test_a_rule_is_added_and_removed_and_the_draft_discarded(
    wolves: Visitor, operator: Member
) -> None:
    page = await follow(operator, await operator.post(f"{PATH}/draft", FLAG | {"button": "add"}))
    assert 'value="rule 2"' in page
    assert "would apply to everything" in page
    removed = FLAG | {"button": "remove-0"}
    page = await follow(operator, await operator.post(f"{PATH}/draft", removed))
    assert 'name="name-0"' not in page
    discarded = await operator.post(f"{PATH}/draft", {"button": "discard"})
    assert 'value="circus"' in await follow(operator, discarded)


async def test_precision_moves_with_a_mark(wolves: Visitor, operator: Member) -> None:
    article = wolves.store.articles.list()[0]
    mark = Mark(article_key=article.key, relevant=True, marked_at=clock.now())
    wolves.store.marks.add(mark)
    answer = await operator.post(f"{PATH}/trial", FLAG)
    assert "1 of 1: too few for a percentage" in answer.text


async def test_who_may_not_change_rules_does_not_get_here(
    wolves: Visitor, analyst: Member, viewer: Member
) -> None:
    assert (await analyst.get(PATH)).status == 403
    assert (await analyst.post(f"{PATH}/trial", FLAG)).status == 200
    assert (await analyst.post(f"{PATH}/put", {})).status == 403
    assert (await viewer.post(f"{PATH}/trial", FLAG)).status == 403
    assert "Keyword lab" not in (await analyst.get("/console/")).text


async def test_the_rules_as_json(wolves: Visitor, viewer: Member) -> None:
    shown = json.loads((await viewer.get(f"{PATH}.json")).body)
    assert [rule["name"] for rule in shown["rules"]] == ["circus"]
    assert shown["version"] is None


async def test_a_draft_that_is_too_long_is_refused(wolves: Visitor, operator: Member) -> None:
    form = {"view": "toml", "toml": "x" * 200_001}
    assert "at most 200,000 characters" in (await operator.post(f"{PATH}/trial", form)).text
    assert (await operator.post(f"{PATH}/trial", {"toml": "x" * 1_000_001})).status == 413
