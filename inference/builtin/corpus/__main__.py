"""`python -m inference.builtin.corpus --preview 20` shows what the model learns from."""

import argparse
from itertools import islice

from inference.builtin.corpus import documents


def main() -> None:
    """Print some documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preview", type=int, default=20, help="how many documents to show")
    parser.add_argument("--seed", default="0")
    options = parser.parse_args()
    for number, document in enumerate(islice(documents(options.seed), options.preview), 1):
        print(f"--- {number}, {document.kind}")
        for message in document.messages:
            print(f"{message.role}: {message.content}")


if __name__ == "__main__":
    main()
