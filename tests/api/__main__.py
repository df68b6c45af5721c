"""Every operation of the API against its OpenAPI document: `make api-check`.

schemathesis sends requests that fit the document and such that do not, with a token of each role,
to a real server on SQLite and on PostgreSQL.  No answer may be a fault of the server, and each one
must be as the document says.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.access.roles import PersonRole
from tests.api.generated_client import check_client
from tests.api.running_api import running_api
from tests.store_fixtures import serving

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
DOCUMENT = ROOT / "docs/openapi.json"
HOOKS = "tests.api.toml_serializer"
DATABASES = ("sqlite", "postgresql")
# Any text may be the name of a saved search: with an `anyOf` schemathesis takes a list for a wrong
# key, which is sent as the text "[]", and found.
_NAMED = "/api/v1/saved-searches/"
QUESTIONS = (
    "kursk", "theme:troops score>0.5", "is:flagged sort:score", "lang:ko", "-kursk", "story:abcdef",
    'saved:north', "since:7d", "title:sappers OR text:mines",
)  # fmt: skip
PHASES = "examples,coverage,fuzzing,stateful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one run."""

    requests: int
    by_class: Counter[str]  # "2xx" → answers
    failed: bool


def main() -> int:
    """Use a generated client, then run schemathesis for each role on each database; 0: all well."""
    parser = argparse.ArgumentParser(prog="python -m tests.api", description=__doc__)
    parser.add_argument("-n", "--examples", type=int, default=300, help="of each operation")
    parser.add_argument("--databases", default=",".join(DATABASES), help="of: %(default)s")
    parser.add_argument("--roles", default=",".join(PersonRole), help="of: %(default)s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only-client", action="store_true", help="the generated client alone")
    options = parser.parse_args()
    say(f"generated client: {asyncio.run(_try_client())}")
    failed = False
    if options.only_client:
        return 0
    for database in options.databases.split(","):
        for role in options.roles.split(","):
            outcome = asyncio.run(_run(database, PersonRole(role), options))
            failed |= outcome.failed
            counts = ", ".join(
                f"{count:,} {kind}" for kind, count in sorted(outcome.by_class.items())
            )
            verdict = "FAILED" if outcome.failed else "passed"
            say(f"{database}, {role}: {verdict}; {outcome.requests:,} requests: {counts}")
    return int(failed)


async def _try_client() -> str:
    """What a generated client did.  Raise AssertionError."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with running_api(f"sqlite:///{folder / 'api.db'}", folder) as api:
            return await check_client(DOCUMENT, api, folder)


async def _run(database: str, role: PersonRole, options: argparse.Namespace) -> Outcome:
    with tempfile.TemporaryDirectory() as name, _database(database, Path(name)) as url:
        folder = Path(name)
        report = folder / "report.ndjson"
        async with running_api(url, folder) as api:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "schemathesis.cli",
                "--config-file", str(FOLDER / "schemathesis.toml"),
                "run", str(_document(api.keys, folder)), "--url", api.address,
                "--exclude-path", "/api/v1/events",  # a stream, which lasts for a minute
                "--checks", "all", "--phases", PHASES, "--suppress-health-check", "all",
                "-n", str(options.examples), "--seed", str(options.seed),
                "--request-timeout", "60",  # a backup takes its time on a busy machine
                "--generation-database", "none", "--no-color", "--warnings", "off",
                "--continue-on-failure", "-H", f"Authorization: Bearer {api.tokens[role]}",
                "--report", "ndjson", "--report-ndjson-path", str(report),
                cwd=folder,  # it leaves a folder of its own there
                env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": HOOKS},
            )  # fmt: skip
            status = await process.wait()
        return _outcome(report, failed=status != 0)


def _document(keys: Mapping[str, Sequence[str]], folder: Path) -> Path:
    """A copy of the document that also names keys of what is there, and some questions.

    Keys and questions at random are nothing's and mostly refused: they would test little else.
    """
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for path, item in document["paths"].items():
        of_resource = keys.get(path.split("/")[3], ())
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                values = {"key": of_resource, "q": QUESTIONS}.get(parameter["name"])
                if values and path.startswith(_NAMED):
                    parameter["schema"]["examples"] = list(values)
                elif values:
                    schemas = [{"enum": list(values)}, parameter["schema"]]
                    parameter["schema"] = {"anyOf": schemas}
    copy = folder / "openapi.json"
    copy.write_text(json.dumps(document), encoding="utf-8")
    return copy


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'api.db'}"
        return
    with serving() as postgresql, postgresql.database() as url:
        yield url


def _outcome(report: Path, *, failed: bool) -> Outcome:
    """Count the answers that schemathesis recorded."""
    statuses: Counter[str] = Counter()
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            statuses.update(_classes(json.loads(line)))
    has_fault = bool(statuses["5xx"])
    return Outcome(requests=statuses.total(), by_class=statuses, failed=failed or has_fault)


def _classes(event: object) -> Iterator[str]:
    """ "2xx" for each answer of an event, however deep it lies."""
    if isinstance(event, list):
        for part in event:
            yield from _classes(part)
    if isinstance(event, dict):
        status = event.get("status_code")
        if isinstance(status, int):
            yield f"{status // 100}xx"
        for part in event.values():
            yield from _classes(part)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
