"""Pack writer: writes the weights of a trained topic pack and the manifest with checksums."""

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
    """Write a trained model as pack `out`, with the metadata and lexicon of the pack `source`.

    Existing weights stay in place until all new files are written.  The same input gives the same
    bytes.
    """
    out.mkdir(parents=True, exist_ok=True)
    if out.resolve() != source.resolve():
        shutil.copyfile(source / "pack.toml", out / "pack.toml")
        shutil.rmtree(
            out / "lexicon", ignore_errors=True
        )  # removes lists that the source no longer has
        shutil.copytree(source / "lexicon", out / "lexicon")
    new_weights = out / "weights.new"
    shutil.rmtree(new_weights, ignore_errors=True)
    new_weights.mkdir()
    for name, content in _contents(model).items():
        (new_weights / name).write_bytes(content)
    copied = [name for name in deciding_files(out) if not name.startswith("weights/")]
    files = {name: out / name for name in copied}
    files |= {f"weights/{file.name}": file for file in sorted(new_weights.iterdir())}
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
    (new_weights / "manifest.json").write_text(text, encoding="utf-8")
    _replace_folder(new_weights, out / "weights")


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
    contents = {}
    for name, lines in zip(LIST_FILES, lists, strict=True):
        contents[name] = "".join(f"{line}\n" for line in lines).encode("utf-8")
    for name, values in zip(ARRAY_FILES, arrays, strict=True):
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.ascontiguousarray(values, dtype="<f4"), version=(1, 0))
        contents[name] = stream.getvalue()
    return contents


def _replace_folder(new: Path, place: Path) -> None:
    """Move the new folder to `place`; the old one is deleted last."""
    old = place.with_name("weights.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)
