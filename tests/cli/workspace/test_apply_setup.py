"""`monitor apply` and `monitor export --setup`."""

from __future__ import annotations

from tests.cli.conftest import Terminal

SETUP = """
[[feeds]]
url = "https://wire.example/feed.xml"

[[subscriptions]]
name = "hook"
webhook = "https://hook.example/"
themes = ["arms"]
"""


def test_a_plan_is_shown_and_carried_out_on_yes(watch: Terminal):
    (watch.folder / "setup.toml").write_text(SETUP)
    plan = watch("apply", "setup.toml", "--dry-run")
    assert plan.out.splitlines() == ["+ feed https://wire.example/feed.xml", "+ subscription hook"]
    assert "2 to add, none to change, none to remove" in plan.err
    unasked = watch("apply", "setup.toml")
    assert unasked.code == 2
    assert "nothing was changed: add --yes" in unasked.err
    assert watch("feeds", "list", "--json").json() == []
    done = watch("apply", "setup.toml", "--yes")
    assert done.out.splitlines()[-1].startswith("whsec_")
    assert "shown only now" in done.err
    again = watch("apply", "setup.toml", "--yes", "--prune", "--json").json()
    assert again == {"steps": [], "secrets": {}}
    assert "nothing to change" in watch("apply", "setup.toml").err


def test_an_exported_setup_is_applied_elsewhere(watch: Terminal):
    (watch.folder / "setup.toml").write_text(SETUP)
    secret = watch("apply", "setup.toml", "--yes", "--json").json()["secrets"]["hook"]
    watch("export", "--setup", "--out", "mine.toml")
    text = (watch.folder / "mine.toml").read_text(encoding="utf-8")
    assert 'themes = ["arms"]' in text
    assert secret not in text
    assert watch("export", "--setup").out == text
    watch("feeds", "remove", "https://wire.example/feed.xml")
    assert watch("apply", "mine.toml", "--dry-run").out == "+ feed https://wire.example/feed.xml\n"
    assert "--format for articles, or --setup" in watch.refused("export")
    assert "setup.toml: the setup is no TOML" in watch.refused("apply", write(watch, "[[feeds]"))
    assert "feeds[1].tag: there is no such key" in watch.refused(
        "apply", write(watch, '[[feeds]]\nurl = "https://a.example/"\ntag = "x"\n')
    )


def write(watch: Terminal, text: str) -> str:
    (watch.folder / "setup.toml").write_text(text)
    return "setup.toml"
