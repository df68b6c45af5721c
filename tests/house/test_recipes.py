"""The recipes of CONTRIBUTING.md, followed in a scratch copy: they work, and name every place.

Tests that a recipe asks for are written by people; here the check takes their place.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.house.measure import ROOT
from tests.house.scratch import PLACE, Scratch, places, recipe

TITLES = re.findall(
    r"^### (.+)$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE
)
OF_FEEDS = {
    "GROUP": "collecting",
    "NOUN_shapes": "feed_shapes",
    "NOUN_resource": "feed_resource",
    "NOUN": "feeds",
}
EXAMPLES = {  # placeholders of a recipe, filled with something that exists
    "A setting": {},
    "A command": {"GROUP": "teaching", "NOUN": "marks"},
    "An operation of the API": OF_FEEDS,
    "A column": {"NOUN_rows": "feed_rows", "NOUN": "feeds", "vNNNN_NAME": "v0010_pace"},
    "A channel": {"NAME_client": "apprise_client", "NAME": "apprise"},
    "A message type": {"NAME": "feed_changes", "TYPE": "feed.state_changed"},
    "A feed format": {"NAME": "jsonfeed"},
    "A topic pack": {"NAME": "dprk-russia"},
}


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


def without_tests(names: set[str]) -> set[str]:
    return {name for name in names if not name.startswith("tests/")}


def test_each_recipe_has_an_example():
    assert list(EXAMPLES) == TITLES


@pytest.mark.parametrize("title", EXAMPLES)
def test_every_place_that_a_recipe_names_is_there(title):
    text = recipe(title)
    for placeholder, name in EXAMPLES[title].items():
        text = text.replace(placeholder, name)
    assert not [place for place in PLACE.findall(text) if not (ROOT / place).exists()]


def test_a_setting(scratch: Scratch):
    scratch.insert("config/defaults.toml", "[poll]", "# Something to try.\npatience = 3\n")
    scratch.insert(
        "monitor/settings/sections.py", "class PollSettings(Section):", "    patience: int\n"
    )
    assert "- `poll.patience` = `3`: Something to try." in scratch.make_docs("docs/settings.md")
    assert re.search(r"poll\.patience +3", scratch.run("-m", "monitor", "config", "show"))
    assert scratch.touched == places("A setting")


def test_a_command(scratch: Scratch):
    scratch.write(
        "monitor/actions/teaching/marks.py",
        '\n\ndef longest() -> int:\n    """Days."""\n    return 366\n',
    )
    scratch.write(
        "monitor/cli/marks.py",
        '\n\n@app.command()\ndef longest(context: typer.Context) -> None:\n    """Say it."""\n'
        "    from monitor.actions.teaching import marks\n\n    typer.echo(marks.longest())\n",
    )
    assert "## `monitor marks longest`\n\nSay it." in scratch.make_docs("docs/commands.md")
    assert scratch.run("-m", "monitor", "marks", "longest") == "366\n"
    assert scratch.touched == without_tests(places("A command", GROUP="teaching", NOUN="marks"))


OPERATION = '''

@api.get("/feeds/{key}/name", Act.READ_FEEDS, NoQuery, shapes.FeedNameShape)
async def read_feed_name(call: Call[NoQuery, NoBody]) -> Answer:
    """What a feed is called."""
    name = await call.read(lambda store: found(lambda: feeds.feed_name(store, call.key)))
    return Answer(content={"name": name})
'''


def test_an_operation(scratch: Scratch):
    scratch.write(
        "monitor/actions/collecting/feeds.py",
        '\n\ndef feed_name(store: Store, key: str) -> str:\n    """Raise ConfigError."""\n'
        "    return find_feed(store, key).title\n",
    )
    scratch.write(
        "monitor/web/api/shapes/feed_shapes.py",
        '\n\nclass FeedNameShape(TypedDict):\n    """A name."""\n\n    name: str\n',
    )
    scratch.write("monitor/web/api/resources/feed_resource.py", OPERATION)
    document = json.loads(scratch.make_docs("docs/openapi.json"))
    described = document["paths"]["/api/v1/feeds/{key}/name"]["get"]
    assert described["summary"] == "What a feed is called"
    assert "`feeds:read`" in described["description"]
    assert scratch.touched == without_tests(places("An operation of the API", **OF_FEEDS))


MIGRATION = '''"""Feeds have a rank."""

import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = "{before:04}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("feeds") as table:
        table.alter_column("rank", server_default=None)
'''
ROUND_TRIP = """
from datetime import UTC, datetime
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from monitor.domain.feeds import Feed, PollState
from monitor.store.migrations import declared_tables
from monitor.store.store import Store

store = Store.open("sqlite:///scratch.db")
poll = PollState(due_at=datetime(2025, 6, 17, tzinfo=UTC))
store.feeds.add(Feed(key="f", url="https://example.org/f", rank=7, poll=poll))
print(store.feeds.find("f").rank)
store.close()
with create_engine("sqlite:///scratch.db").connect() as connection:
    changes = compare_metadata(MigrationContext.configure(connection), declared_tables.metadata)
    print([change for change in changes if not change[1].name.startswith("article_words")])
"""


def test_a_column(scratch: Scratch):
    versions = sorted((ROOT / "monitor/store/migrations/versions").glob("v*.py"))
    before = int(versions[-1].stem[1:5])
    migration = f"v{before + 1:04}_rank"
    scratch.insert("monitor/domain/feeds.py", '    note: str = ""', "    rank: int = 0\n")
    scratch.insert("monitor/store/schema/feeds.py", "    note: str = Field(", "    rank: int\n")
    rows = "monitor/store/mapping/feed_rows.py"
    scratch.insert(rows, '        "note": feed.note,', '        "rank": feed.rank,\n')
    scratch.insert(rows, "        note=row.note,", "        rank=row.rank,\n")
    text = MIGRATION.format(number=before + 1, before=before)
    scratch.write(f"monitor/store/migrations/versions/{migration}.py", text)
    assert '"rank": "integer"' in scratch.make_docs("monitor/store/schema/tables.json")
    assert scratch.run("-c", ROUND_TRIP) == "7\n[]\n"
    names = {"NOUN_rows": "feed_rows", "NOUN": "feeds", "vNNNN_NAME": migration}
    assert scratch.touched == without_tests(places("A column", **names))


DESCRIPTOR = '''"""The pager channel."""

from collections.abc import Sequence
from datetime import timedelta

from monitor.deliver.channels.descriptor import ChannelDescriptor, Destination
from monitor.domain.alerts import ChannelKind
from monitor.net.egress import Network


def parse_address(text: str, allow: Sequence[Network]) -> Destination:
    """A number."""
    return Destination(channel=ChannelKind.PAGER, address=text)


PAGER = ChannelDescriptor(
    kind=ChannelKind.PAGER,
    settings_section="pager",
    address_form="555",
    parse_address=parse_address,
    waits=(timedelta(), timedelta(minutes=1)),
    renders_text=True,
    hints={},
)
'''
TRANSPORT = '''"""The pager transport: pages are files in a folder."""

from datetime import datetime
from pathlib import Path

from monitor.domain.alerts import Subscription
from monitor.domain.messages import Message


class PagerChannel:
    """Write each page into a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Write the subject."""
        self._folder.mkdir()
        (self._folder / to.address).write_text(message.subject)
        return "paged"
'''
OPENING = """

@asynccontextmanager
async def _pager_transport(settings: Settings, link_secret: str) -> AsyncIterator[Channel]:
    from monitor.deliver.transports.pager_client import PagerChannel

    yield PagerChannel(settings.folder / settings.pager.folder)

"""


def test_a_channel(scratch: Scratch):
    registry = "monitor/deliver/channels/channel_registry.py"
    sections, transports = "monitor/settings/sections.py", "monitor/runtime/transports.py"
    command = "monitor/cli/subscriptions/add_subscription.py"
    scratch.insert("monitor/domain/alerts.py", 'APPRISE = "apprise"', '    PAGER = "pager"\n')
    scratch.write("monitor/deliver/channels/pager.py", DESCRIPTOR)
    imported = "from monitor.deliver.channels.apprise import APPRISE"
    scratch.insert(registry, imported, "from monitor.deliver.channels.pager import PAGER\n")
    scratch.insert(registry, "        APPRISE,", "        PAGER,\n")
    scratch.write("monitor/deliver/transports/pager_client.py", TRANSPORT)
    scratch.write("config/defaults.toml", '\n[pager]\n# Where pages go.\nfolder = "pages"\n')
    section = "class PagerSettings(Section):\n    folder: str\n\n\n"
    head = "class AppriseSettings(Section):"
    scratch.replace(sections, head, f"{section}{head}")
    scratch.insert(sections, "apprise: AppriseSettings", "    pager: PagerSettings\n")
    scratch.insert(transports, "CALLS_AT_ONCE = 500", OPENING)
    line = "    ChannelKind.PAGER: _pager_transport,\n"
    scratch.insert(transports, "ChannelKind.APPRISE: _apprise_transport,", line)
    option = '    pager: Annotated[str | None, typer.Option(help="Page them.")] = None,\n'
    scratch.replace(command, "    email: Annotated[", f"{option}    email: Annotated[")
    call, signature = "email, webhook, apprise, settings)", "email: str | None, webhook: str | None"
    scratch.replace(command, call, f"pager, {call}")
    scratch.replace(command, signature, f"pager: str | None, {signature}")
    scratch.insert(command, "ChannelKind.EMAIL: email,", "        ChannelKind.PAGER: pager,\n")
    assert "- `pager.folder` = `pages`" in scratch.make_docs("docs/settings.md").replace('"', "")
    scratch.run("-m", "monitor", "init", ".", "--bare")
    scratch.run("-m", "monitor", "subscriptions", "add", "me", "--pager", "555")
    scratch.run("-m", "monitor", "subscriptions", "test", "me")
    assert "Test of “me”" in (scratch.root / "pages/555").read_text(encoding="utf-8")
    names = {"NAME_client": "pager_client", "NAME": "pager"}
    assert scratch.touched == without_tests(places("A channel", **names))


CONTENT = '''@dataclass(frozen=True, slots=True, kw_only=True)
class PackAged(Content):
    """The pack was trained long ago."""

    type = MessageType.AGED
    days: int = 0

    @classmethod
    def from_json(cls, json: JsonObject) -> PackAged:
        return cls(days=integer(json, "days"))


'''
NOTICE = '''"""The notice that a pack is old."""

from monitor.deliver.messages.notice import Notice
from monitor.domain.message_contents import PackAged


def notice(content: PackAged) -> Notice:
    """Say how old it is."""
    return Notice(tag="pack", headline="The pack is old", sentences=(f"{content.days} days",))
'''
RENDER = """
from monitor.deliver.messages import render
from monitor.domain.alerts import Alert, Claim
from monitor.domain.message_contents import PackAged, content_from_json
from tests.fakes import NOW, subscription

content = content_from_json(PackAged.type, {"days": 400})
alert = Alert(key="a", subscription_key="s", content=content, created_at=NOW, due_at=NOW)
claim = Claim(alert=alert, subscription=subscription(), articles=(), feed_titles={}, token="t")
message = render.message(claim, topic="wolves", theme_titles={})
print(message.subject, message.data["days"], "400 days" in message.text)
"""


def test_a_message_type(scratch: Scratch):
    contents, render = "monitor/domain/message_contents.py", "monitor/deliver/messages/render.py"
    scratch.insert("monitor/domain/messages.py", "TEST = ", '    AGED = "pack.aged"\n')
    head = "AlertContent = (\n"
    scratch.replace(contents, head, f"{CONTENT}{head}    PackAged |\n")
    reader = "    MessageType.AGED: PackAged.from_json,\n"
    scratch.insert(contents, "MessageType.TEST: SubscriptionTest.from_json,", reader)
    scratch.write("monitor/deliver/messages/pack_aged.py", NOTICE)
    imported = "from monitor.deliver.messages import (\n"
    scratch.replace(render, imported, f"{imported}    pack_aged,\n")
    scratch.replace(render, "    SubscriptionTest,\n)", "    SubscriptionTest,\n    PackAged,\n)")
    branch = "        case PackAged():\n            return pack_aged.notice(content)\n"
    scratch.insert(render, "    match content:", branch)
    sample = {"alert": "a", "subscription": "s", "days": 400}
    schema = {"properties": {"data": {"properties": {key: {} for key in sample}}}}
    scratch.write("docs/webhooks/pack.aged.v1.json", json.dumps(schema))
    scratch.write("docs/webhooks/samples/pack.aged.json", json.dumps({"data": sample}))
    scratch.write("docs/webhooks/README.md", "`pack.aged`\n")
    shutil.copy(ROOT / "tests/fakes.py", scratch.root / "tests/fakes.py")
    assert scratch.run("-c", RENDER) == "[wolves][pack] The pack is old 400 True\n"
    names = {"NAME": "pack_aged", "TYPE": "pack.aged"}
    assert scratch.touched == without_tests(places("A message type", **names))


FORMAT = '''"""Lines: one headline each."""

from monitor.domain.feeds import Entry, Parsed


def parse_lines(text: str, max_entries: int) -> Parsed:
    """Read one headline a line."""
    lines = text.splitlines()[1 : max_entries + 1]
    return Parsed(title="Lines", entries=tuple(Entry(title=line, guid=line) for line in lines))
'''
READ_LINES = """
from monitor.collect.parse.document import parse_document

body = b"#lines\\nRain on Sunday\\nSnow on Monday\\n"
parsed = parse_document(body, content_type="text/plain", url="https://a.example/", max_entries=9)
print([entry.title for entry in parsed.entries])
"""


def test_a_feed_format(scratch: Scratch):
    scratch.write("monitor/collect/parse/lines.py", FORMAT)
    scratch.insert(
        "monitor/collect/parse/document.py",
        'raise ParseError(FeedReason.EMPTY_BODY, "the publisher sent an empty document")',
        '    if text.startswith("#lines"):\n'
        "        from monitor.collect.parse.lines import parse_lines\n\n"
        "        return parse_lines(text, max_entries)\n",
    )
    scratch.write("docs/feeds.md", "\nLines are read, too.\n")
    assert scratch.run("-c", READ_LINES) == "['Rain on Sunday', 'Snow on Monday']\n"
    assert scratch.touched == without_tests(places("A feed format", NAME="lines"))


@pytest.mark.parametrize("name", ["dprk-russia", "undersea-cables"])
def test_a_topic_pack(name):
    """The recipe's list is complete: every file of a shipped pack is in one of its steps."""
    steps = places("A topic pack", NAME=name)
    text = recipe("A topic pack").replace("NAME", name)
    named = steps | set(PLACE.findall(text))
    pack = ROOT / "models" / name
    files = [path.relative_to(ROOT).as_posix() for path in pack.rglob("*") if path.is_file()]
    assert not [file for file in files if not any(file.startswith(place) for place in named)]
    shipped = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    left_out = {file for file in files if f'"{file}" = ' not in shipped}
    unshipped = ("/examples/", "/events.jsonl", "/stages.jsonl", "/held-out.jsonl", "CARD.md")
    assert left_out == {f for f in files if any(part in f for part in unshipped)}
