"""`{{name}}` in a prompt: found, and put in by plain substitution.

One pass over the text: a value that itself holds `{{name}}` is sent as it is, nothing is evaluated,
and a name without a value stays as written. `static/js/library/variables.js` does the same.
"""

import re
from collections.abc import Mapping

VARIABLE = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]{0,39})[ \t]*\}\}")


def names_in(text: str) -> list[str]:
    """The names in `text`, each once, in order of first appearance."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with the values put in."""
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)
