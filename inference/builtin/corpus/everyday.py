"""Everyday questions: set answers, tables of facts, and things that the model does not know."""

import tomllib
from pathlib import Path
from random import Random

from inference.builtin.corpus.documents import Exchange
from inference.builtin.corpus.grammar import article, expand

HERE = Path(__file__).parent
ANSWERS: list[dict[str, list[str]]] = tomllib.loads((HERE / "everyday.toml").read_text())["answer"]
FACTS: dict[str, dict[str, str]] = tomllib.loads((HERE / "facts.toml").read_text())
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

PHRASES: dict[str, tuple[str, str]] = {
    "capitals": (
        "[What is the capital of {key}?|What is the capital city of {key}?|Capital of {key}?|"
        "Which city is the capital of {key}?|Tell me the capital of {key}.]",
        "The capital of {key} is {value}.",
    ),
    "opposites": (
        "[What is the opposite of {key}?|Opposite of {key}?|Tell me the opposite of {key}.]",
        "The opposite of {key} is {value}.",
    ),
    "colors": ("[What color is {key}?|Which color does {key} have?]", "{Key} is {value}."),
    "sounds": (
        "[What does {a_key} say?|What sound does {a_key} make?|How does {a_key} sound?]",
        '{A_key} says "{value}!"',
    ),
    "young": (
        "[What is a baby {key} called?|What do you call a young {key}?|What is the baby of "
        "{a_key} called?]",
        "A baby {key} is called {a_value}.",
    ),
    "legs": (
        "[How many legs does {a_key} have?|How many legs has {a_key}?]",
        "{A_key} has {value} legs.",
    ),
    "homes": ("[Where does {a_key} live?|What is the home of {a_key}?]", "{A_key} lives {value}."),
}
UNKNOWN = (
    "[What is the weather|How is the weather|Will it rain] [today|tomorrow|in {place}]?",
    "Who [is|was] [{name}|the president of {place}|the mayor of {place}]?",
    "[What happened|What is the news] [today|yesterday|in {place}|in {year}]?",
    "[Who won|When is|What was] the [game|election|match|final|race] [today|in {year}|in {place}]?",
    "What [time|day|date] is it[| today| now]?",
    "How [much|old|far|big|tall|deep] is [{place}|my {thing}|the {thing} of {name}]?",
    "[What|Which] {thing} should I [buy|choose|read|watch]?",
    "[Write|Fix|Explain] [this|some|my] [code|program|function|script] [for|about] {thing}s.",
    '[Translate|Say] "{thing}" [in|into] [French|German|Spanish|Chinese|Latin].',
    "[Explain|What is|How does] [quantum physics|a {thing} engine|the stock market|tax law] "
    "[work|]?",
    "Where is [my {thing}|{name}|{place}]?",
    "[Who|What] invented the {thing}?",
    "How many [people|{thing}s|houses] are there in {place}?",
)
DO_NOT_KNOW = (
    "I do not know that. I am a small model and know only a few things.",
    "I do not know that. You could ask me for a story, a small sum or a term of LLM inference.",
)
PLACES = (
    "Paris", "London", "Texas", "Rome", "Berlin", "Asia", "Mars", "Boston", "my town", "Spain",
)  # fmt: skip
NAMES = ("Einstein", "Napoleon", "Mozart", "Shakespeare", "John Smith", "Caesar", "my neighbor")
THINGS = (
    "car", "phone", "book", "house", "film", "table", "bike", "camera", "chair", "game", "lamp",
)  # fmt: skip


def draw(rng: Random) -> Exchange:
    """One everyday question."""
    share = rng.random()
    if share < 0.5:
        return set_answer(rng)
    if share < 0.82:
        return fact(rng)
    return order(rng) if share < 0.89 else unknown(rng)


def set_answer(rng: Random) -> Exchange:
    """A question of the list."""
    entry = rng.choice(ANSWERS)
    return Exchange(expand(rng.choice(entry["ask"]), rng), expand(rng.choice(entry["say"]), rng))


def fact(rng: Random) -> Exchange:
    """A question from a table."""
    table = rng.choice(["capitals", "capitals", "opposites", *FACTS])
    key = rng.choice(list(FACTS[table]))
    value = FACTS[table][key]
    slots = {"key": key, "Key": key[0].upper() + key[1:], "value": value}
    slots |= {"a_key": article(key), "a_value": article(value)}
    slots["A_key"] = slots["a_key"].capitalize()
    question, answer = PHRASES[table]
    return Exchange(expand(question, rng, slots), expand(answer, rng, slots))


def order(rng: Random) -> Exchange:
    """What comes before or after a day, a month or a number."""
    row = rng.choice((DAYS, MONTHS))
    place = rng.randrange(len(row))
    step, word = rng.choice(((1, "after"), (-1, "before")))
    unit = "day" if row is DAYS else "month"
    question = expand(f"[What|Which] {unit} comes {word} {row[place]}?", rng)
    return Exchange(question, f"{row[(place + step) % len(row)]} comes {word} {row[place]}.")


def unknown(rng: Random) -> Exchange:
    """A question beyond this model, and its honest answer."""
    slots = {"place": rng.choice(PLACES), "name": rng.choice(NAMES), "thing": rng.choice(THINGS)}
    slots["year"] = str(rng.randint(1500, 2030))
    return Exchange(expand(rng.choice(UNKNOWN), rng, slots), rng.choice(DO_NOT_KNOW))
