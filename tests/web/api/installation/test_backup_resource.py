"""Tests of the backup over the API: the file restores, one at a time, for admins by name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from monitor.access.caller import local_caller
from monitor.access.permissions import default_scopes
from monitor.access.roles import PersonRole, Scope
from monitor.actions.operations.restores import restore
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.fakes import NOW
from tests.web.api.conftest import KEYS, Program, program
from tests.web.conftest import Visitor

BACKUP = "/backup.tar.gz"


@pytest.fixture
def site_settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """Settings of a file, which the backup holds."""
    file = tmp_path / "monitor.toml"
    file.write_text(f'[database]\nurl = "{sqlite_url}"\n[web]\nconsole = true\n', encoding="utf-8")
    return loader.load(file, environment={})


async def test_a_backup_restores_what_was_there(
    articles: Visitor, admin: Program, tmp_path: Path
) -> None:
    answer = await admin.get(BACKUP)
    assert answer.status == 200
    assert "watchpost-2025-06-17.tar.gz" in answer.headers["content-disposition"]
    entry = articles.store.audit_log.list(AuditFilter(), limit=1)[0]
    assert (entry.act, entry.caller) == ("make backup", "provisioning")
    file, target = tmp_path / "fetched.tar.gz", tmp_path / "restored"
    file.write_bytes(answer.body)
    target.mkdir()
    (target / "monitor.toml").write_text('[database]\nurl = "sqlite:///restored.db"\n')
    restored = restore(file, target, local_caller("test", NOW), NOW, keep_settings=True)
    assert restored.articles == len(KEYS)
    with Store.open(f"sqlite:///{target / 'restored.db'}") as store:
        assert store.articles.find(KEYS["aaaa"]) is not None


async def test_one_backup_is_made_at_a_time(articles: Visitor, admin: Program) -> None:
    answers = await asyncio.gather(*(admin.get(BACKUP) for _ in range(3)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409]
    assert (await admin.get(BACKUP)).status == 200
    assert (await admin.ask("HEAD", BACKUP)).status == 200


async def test_only_an_admin_whose_token_names_the_scope_may(
    visitor: Visitor, operator: Program
) -> None:
    assert (await operator.get(BACKUP)).status == 403
    usual = program(visitor, PersonRole.ADMIN, default_scopes(PersonRole.ADMIN))
    assert (await usual.get(BACKUP)).status == 403
    named = program(visitor, PersonRole.ADMIN, {Scope.BACKUPS_READ})
    assert (await named.get(BACKUP)).status == 200
