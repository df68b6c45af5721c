"""A simulated second reader for `monitor model evaluate FILE --second-reader`.

    python -m tests.actions.teaching.simulated_reader FILE.jsonl [SEED]

A server on the loopback knows the labels of the file and errs in one line of ten, by a digest of
the seed and the headline.  The command asks it about the lines in doubt, through the client of the
service, and prints what its answers change.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from tests.chat_server import chat_server, judged

WRONG = 10  # one of so many answers


def labels_of(file: Path) -> dict[str, bool]:
    """Headline, without needless spaces as the reader sees it → whether the line is relevant."""
    return {" ".join(line["title"].split()): line["label"] == "positive" for line in _lines(file)}


def _lines(file: Path) -> list[dict[str, str]]:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [json.loads(line) for line in content.decode().split("\n") if line.strip()]


def answer_to(title: str, labels: dict[str, bool], seed: str) -> bool:
    """What the reader answers: the label, or in one headline of ten the opposite."""
    digest = hashlib.sha256(f"{seed} {title}".encode()).hexdigest()
    is_wrong = int(digest, 16) % WRONG == 0
    return labels[title] is not is_wrong


async def evaluate(file: Path, seed: str = "1") -> int:
    """Run the command against the server; its exit code."""
    labels = labels_of(file)

    def reply(article: dict[str, str]) -> web.Response:
        relevant = answer_to(article["headline"], labels, seed)
        return judged(relevant=relevant, reason="simulated")

    with TemporaryDirectory(prefix="watchpost-reader-") as folder:
        async with chat_server() as server:
            server.reply = reply
            settings = Path(folder) / "monitor.toml"
            settings.write_text(
                f'[database]\nurl = "sqlite:///{folder}/reader.db"\n'
                f'[second_reader]\nurl = "{server.url}"\nmodel = "simulated"\n'
                '[egress]\nallow = ["127.0.0.0/8"]\n',
                encoding="utf-8",
            )
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", "--config", str(settings),
                "model", "evaluate", str(file), "--second-reader",
            )  # fmt: skip
            return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(evaluate(Path(sys.argv[1]), *sys.argv[2:])))
