"""System messages that change how an answer is given."""

from collections.abc import Callable
from random import Random

from inference.builtin.corpus.grammar import expand, sentences

Style = Callable[[str, Random], str]


def plain(answer: str, _rng: Random) -> str:
    """Leave the answer as it is."""
    return answer


def one_sentence(answer: str, _rng: Random) -> str:
    """Keep the first sentence."""
    return sentences(answer)[0]


def pirate(answer: str, rng: Random) -> str:
    """Speak as a pirate does."""
    return expand(f"[Arr!|Ahoy, matey!] {answer} [Aye, that be the truth.|Yo ho ho!]", rng)


def teacher(answer: str, rng: Random) -> str:
    """Praise before and after."""
    return expand(f"[Great question!|What a good thing to ask!] {answer} Keep asking!", rng)


def bullets(answer: str, _rng: Random) -> str:
    """One bullet point for each sentence."""
    return "\n".join(f"- {sentence}" for sentence in sentences(answer))


def asks_back(answer: str, _rng: Random) -> str:
    """End with a question."""
    return f"{answer} Would you like to know more?"


STYLES: tuple[tuple[str, Style], ...] = (
    ("[You are a helpful assistant.|You are a friendly assistant.|Be helpful.]", plain),
    ("[Answer clearly and correctly.|You are an expert.|You are a careful assistant.]", plain),
    ("[Answer in one sentence.|Use one sentence.|Reply with a single sentence.]", one_sentence),
    ("[Be brief.|Keep it short.|You give short answers.|Be concise.]", one_sentence),
    ("[Talk like a pirate.|You are a pirate.|Answer like a pirate.]", pirate),
    ("[You are a cheerful teacher.|You are a kind teacher.]", teacher),
    ("[Answer with bullet points.|Use bullet points.|Answer as a list.]", bullets),
    ("[End with a question.|End every answer with a question.]", asks_back),
)


def styled(answer: str, rng: Random) -> tuple[str, str]:
    """Draw a system message, and return it with the answer that it asks for."""
    system, style = rng.choice(STYLES)
    return expand(system, rng), style(answer, rng)
