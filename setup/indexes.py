"""The machine's own pip configuration, in the words that uv reads.

uv does not read pip's configuration, so that a machine with a company mirror, a folder of wheels or
its own certificates would have to be set up twice. What uv is told directly goes first.
"""

import ast
import os
import subprocess
from pathlib import Path

NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


def pip_options(python: Path) -> dict[str, str]:
    """pip's options by name, the environment's over the files'."""
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    options: dict[str, str] = {}
    for line in listing.stdout.splitlines():
        key, separator, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if separator and (section in ("global", "install", ":env:")):
            if section == "global" and name in options:
                continue
            options[name] = str(ast.literal_eval(value))
    return options


def uv_environment(python: Path) -> dict[str, str]:
    """Variables to run uv with: the machine's indexes, and limits that never hang.

    Versions and hashes are pinned, so any index that has the file will do.
    """
    options = pip_options(python)
    environment = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_HTTP_TIMEOUT": "30"}
    for name, variable in NAMES.items():
        if value := options.get(name, "").split():
            separator = "," if variable == "UV_FIND_LINKS" else " "
            environment[variable] = separator.join(value)
    return {name: value for name, value in environment.items() if name not in os.environ}
