"""Names a local model by its content, so that an answer can be traced to the exact weights."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

CHUNK = 1 << 20


@lru_cache(maxsize=8)
def weights_revision(folder: Path) -> str:
    """The hex sha256 over the names and bytes of all weight files in `folder`.

    A single file's name is left out, so that the result is what `sha256sum` prints for it.
    Raises FileNotFoundError when there are no weights.
    """
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    if not files:
        raise FileNotFoundError(f"There are no weights in {folder}.")
    digest = hashlib.sha256()
    for path in files:
        if len(files) > 1:
            digest.update(path.name.encode())
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def model_revision(model: str) -> str:
    """The weights' sha256 for a folder; a hub name's downloaded commit, or "unknown"."""
    folder = Path(model)
    if folder.is_dir():
        return weights_revision(folder.resolve())
    return hub_revision(model) or "unknown"


def hub_file(model: str, name: str) -> Path | None:
    """A file of a model that was downloaded by its hub name, without any network."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model, name)
    except HFValidationError:
        return None
    return Path(found) if isinstance(found, str) else None


def hub_config(model: str) -> Path | None:
    """Its config.json."""
    return hub_file(model, "config.json")


def hub_revision(model: str) -> str | None:
    """The commit a hub model was downloaded at: its files lie in a folder of that name."""
    config = hub_config(model)
    return config.parent.name if config else None
