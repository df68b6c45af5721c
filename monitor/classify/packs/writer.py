"""Write a trained pack: arrays and lists, never a pickle, and the checksum of all that decides."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from monitor.classify.packs.pack import (
    ARRAY_FILES,
    FORMAT,
    LIST_FILES,
    ModelWeights,
    deciding_files,
)


def write_pack(
    model: ModelWeights,
    source: Path,
    out: Path,
    *,
    threshold: float,
    themes: Mapping[str, float],
    training: Mapping[str, object],
) -> None:
    """Write the weights of the pack whose words stand in `source` into the pack `out`.

    What is there already stays in use until everything is written.  The same input gives the same
    bytes.
    """
    out.mkdir(parents=True, exist_ok=True)
    if out.resolve() != source.resolve():
        shutil.copyfile(source / "pack.toml", out / "pack.toml")
        shutil.rmtree(out / "lexicon", ignore_errors=True)  # lists that the source has no more
        shutil.copytree(source / "lexicon", out / "lexicon")
    fresh = out / "weights.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name, content in _contents(model).items():
        (fresh / name).write_bytes(content)
    decided = [name for name in deciding_files(out) if not name.startswith("weights/")]
    files = {name: out / name for name in decided}
    files |= {f"weights/{file.name}": file for file in sorted(fresh.iterdir())}
    manifest = {
        "format": FORMAT,
        "threshold": threshold,
        "temperature": round(model.temperature, 6),
        "themes": dict(themes),
        "training": dict(training),
        "files": {
            name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (fresh / "manifest.json").write_text(text, encoding="utf-8")
    _exchange(fresh, out / "weights")


def _contents(model: ModelWeights) -> dict[str, bytes]:
    vectoriser = model.vectoriser
    arrays = (
        vectoriser.words.idf,
        vectoriser.characters.idf,
        vectoriser.scale,
        model.matrix,
        model.intercepts,
    )
    lists = (vectoriser.words.names, vectoriser.characters.names, vectoriser.lexicon)
    contents = {
        name: "".join(f"{line}\n" for line in lines).encode("utf-8")
        for name, lines in zip(LIST_FILES, lists, strict=True)
    }
    for name, values in zip(ARRAY_FILES, arrays, strict=True):
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.ascontiguousarray(values, dtype="<f4"), version=(1, 0))
        contents[name] = stream.getvalue()
    return contents


def _exchange(fresh: Path, place: Path) -> None:
    """Put the new folder in the old one's place; the old one goes when the new one stands."""
    old = place.with_name("weights.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)
