"""What is shipped: the wheel holds these files and no other, and works where nothing else is."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from monitor.classify.packs import pack, story_pack
from monitor.domain.messages import MessageType

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.package

PACKS = ("models/dprk-russia", "models/undersea-cables")
DATA = [
    "config/defaults.toml",
    "config/example.toml",
    "config/feeds.opml",
    "config/demo/dnipro-ohliad.toml",
    "config/demo/embargo-bulletin.toml",
    "config/demo/hanbit-tongsin.toml",
    "config/demo/harbour-wire.toml",
    "config/demo/hokuyo-shimpo.toml",
    "config/demo/peninsula-ledger.toml",
    "config/demo/vostochny-meridian.toml",
    "config/demo/yuandong-guancha.toml",
    "models/dprk-russia/figures/1-people.toml",
    "models/dprk-russia/figures/2-things.toml",
    "models/dprk-russia/figures/3-parties.toml",
    "models/dprk-russia/golden.jsonl",
    "models/dprk-russia/label-rules.md",
    "models/undersea-cables/golden.jsonl",
    "docs/openapi.json",
    *(f"docs/webhooks/verify/verify.{language}" for language in ("go", "mjs", "py", "sh")),
    *(
        f"docs/webhooks/{name}"
        for message in MessageType
        if message is not MessageType.CONFIRM  # a mail, never a webhook
        for name in (f"{message}.v1.json", f"samples/{message}.json")
    ),
]


def pack_files() -> list[str]:
    """What packs need: the files that their manifests list, the manifests, the story data."""
    names = [f"models/dprk-russia/{story_pack.FOLDER}/{name}" for name in story_pack.FILES]
    for folder in PACKS:
        deciding = [*pack.deciding_files(ROOT / folder), pack.MANIFEST]
        names += [f"{folder}/{name}" for name in deciding]
    return names


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_program_its_data_and_nothing_else(wheel: Path):
    code = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "monitor").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    data = {f"monitor/_shipped/{name}" for name in [*DATA, *pack_files()]}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == code | data


def test_every_data_file_is_listed_by_name():
    """A folder that is taken whole can hold what should not leave the house."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(listed) == {*DATA, *pack_files()}
    assert all((ROOT / name).is_file() for name in listed)


def test_the_wheel_works_where_only_its_dependencies_are(wheel: Path, tmp_path: Path):
    """The installed program, away from the checkout, plays its demo.

    The dependencies are this environment's own, put on the path by a .pth file: what is tested is
    that the wheel carries all of ours, and that nothing of the test tools is imported.
    """
    home = tmp_path / "bare"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    quiet = {"check": True, "capture_output": True, "text": True, "timeout": 300, "cwd": tmp_path}
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, **quiet)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.run([python, "-c", where], **quiet).stdout.strip())
    packages = Path(subprocess.run([sys.executable, "-c", where], **quiet).stdout.strip())
    for dependency in packages.iterdir():
        if not dependency.name.startswith(("watchpost", "__editable__", "_watchpost", "pip")):
            link = site / dependency.name
            if not link.exists():
                link.symlink_to(dependency)
    blocked = ("pytest", "hypothesis", "aiosmtpd", "standardwebhooks", "mypy", "ruff", "yaml")
    for name in blocked:
        (site / name).unlink(missing_ok=True)
    demo = subprocess.run([home / "bin" / "monitor", "demo"], **quiet)
    assert "good signature" in demo.stdout
