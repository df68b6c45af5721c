"""Train, promote and roll back from the console over a real socket; each is in the audit log."""

from __future__ import annotations

import json

from monitor.runtime import topic_pack
from monitor.store.access.audit_repository import AuditFilter
from tests.classify import toy_topic
from tests.web.conftest import Answer, Visitor
from tests.web.console.conftest import Member
from tests.web.wolves import end_of_training, mark_all


async def follow(member: Member, answer: Answer) -> str:
    """The page that a browser shows after a form, with its one-time message."""
    assert answer.status == 303
    flash = answer.headers["set-cookie"].partition(";")[0]
    headers = {"cookie": f"{member.cookie}; {flash}"}
    return (await member.get(answer.headers["location"], headers=headers)).text


async def test_a_candidate_is_trained_promoted_and_rolled_back(
    wolves: Visitor, operator: Member
) -> None:
    mark_all(wolves)
    settings = wolves.site.settings
    before = topic_pack.load_pack(settings).id
    answer = await operator.post("/console/teaching/train", {"reason": "the circus came"})
    page = await follow(operator, answer)
    assert "you may leave this page meanwhile." in page
    assert "no process takes jobs: start `monitor run`" in page
    assert 'data-hx-get="/console/teaching/packs' in page
    second = await operator.post("/console/teaching/train")
    assert "by Otto is waiting already: wait for its end, or cancel it" in await follow(
        operator, second
    )
    training = await end_of_training(wolves)
    assert training.fault == ""
    page = (await operator.get("/console/teaching")).text
    assert "golden events recalled" in page
    assert "articles of the last 7 days" in page
    assert 'data-hx-trigger="every 2s"' not in page

    candidate = training.candidate_pack
    answer = await operator.post("/console/teaching/promote", {"candidate": "wolves@0123456789ab"})
    assert "another candidate was trained meanwhile" in await follow(operator, answer)
    form = {"candidate": candidate, "reason": "fewer circuses"}
    answer = await operator.post("/console/teaching/promote", form)
    assert f"In use now: {candidate}" in await follow(operator, answer)
    assert topic_pack.load_pack(settings).id == candidate

    answer = await operator.post("/console/teaching/roll-back", {"reason": "too few wolves"})
    assert f"In use now: {before}" in await follow(operator, answer)
    assert topic_pack.load_pack(settings).id == before
    [job] = wolves.store.jobs.list()
    entries = wolves.store.audit_log.list(AuditFilter(caller="Otto"), 10)
    acts = [(entry.act, entry.reason, entry.target) for entry in entries if "sign" not in entry.act]
    assert acts == [
        ("roll back pack", "too few wolves", before),
        ("promote pack", "fewer circuses", candidate),
        ("train candidate", "", "wolves"),
        ("start job", "the circus came", job.key[:8]),
    ]


async def test_a_promotion_that_loses_a_golden_event_needs_a_reason(
    wolves: Visitor, operator: Member
) -> None:
    titles = [
        variant
        for *_, wordings in toy_topic.GOLDEN
        for _, wording in wordings
        for variant in (wording, f"{wording} again", f"{wording} today", f"Report: {wording}")
    ]
    mark_all(wolves, titles)
    await operator.post("/console/teaching/train")
    training = await end_of_training(wolves)
    assert training.fault == ""
    page = (await operator.get("/console/teaching")).text
    assert "Golden event lost:" in page
    form = {"candidate": training.candidate_pack, "reason": "it is fine"}
    refused = await operator.post("/console/teaching/promote", form)
    assert "the candidate would miss what the pack in use finds" in await follow(operator, refused)
    form = {"candidate": training.candidate_pack, "accept_loss": "yes"}
    refused = await operator.post("/console/teaching/promote", form)
    assert "Say why the loss of golden events is accepted." in await follow(operator, refused)
    form["reason"] = "those were drills"
    promoted = await operator.post("/console/teaching/promote", form)
    assert "In use now:" in await follow(operator, promoted)


async def test_a_failed_training_is_shown_with_its_reason(
    wolves: Visitor, operator: Member
) -> None:
    mark_all(wolves)
    examples = wolves.site.settings.folder / "wolves" / "examples"
    examples.rename(examples.with_name("gone"))
    await operator.post("/console/teaching/train")
    assert "has no examples" in (await end_of_training(wolves)).fault
    page = (await operator.get("/console/teaching")).text
    assert "this pack has no examples" in page


async def test_nothing_to_learn_and_nothing_to_switch_are_said(
    wolves: Visitor, operator: Member
) -> None:
    refusals = {
        "train": "none to learn from",
        "promote": "there is no candidate",
        "roll-back": "there is nothing to go back to",
    }
    for act, sentence in refusals.items():
        answer = await operator.post(f"/console/teaching/{act}")
        assert sentence in await follow(operator, answer), json.dumps(act)


async def test_a_job_that_failed_before_its_training_began_is_shown(
    wolves: Visitor, operator: Member
) -> None:
    mark_all(wolves)
    await operator.post("/console/teaching/train")
    [job] = wolves.store.jobs.list()
    now = job.asked_at
    started = wolves.store.jobs.start(job.key, "one", now)
    assert started is not None
    wolves.store.jobs.fail(started, now, "0 marks, and none to learn from")
    page = (await operator.get("/console/teaching")).text
    assert "0 marks, and none to learn from" in page
    assert f'href="/console/jobs/{job.key}"' in page
    assert 'data-hx-trigger="every 2s"' not in page
