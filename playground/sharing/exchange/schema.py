"""The JSON Schema of an exported file, for other tools; shipped as schema/exchange-1.json.

`python -m playground.sharing.exchange.schema` writes it anew; a test holds it against the types.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from playground.sharing.exchange.document import Document

FILE = Path(__file__).parent.parent / "schema" / "exchange-1.json"


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sessions and library of an Inference Playground",
        **msgspec.json.schema(Document),
    }


def written() -> str:
    """As the shipped file has it."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(written())
