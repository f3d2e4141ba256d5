"""Short stories: a plot, a cast that stays the same, and a prompt that names some of it."""

import tomllib
from pathlib import Path
from random import Random

from inference.builtin.corpus.documents import Exchange
from inference.builtin.corpus.grammar import article, capitalized, expand

HERE = Path(__file__).parent
PLOTS = tomllib.loads((HERE / "plots.toml").read_text())
CAST: dict[str, list[str]] = tomllib.loads((HERE / "cast.toml").read_text())
Slots = dict[str, str]

SHE = ("she", "her", "her")
HE = ("he", "his", "him")
HERO, FRIEND = 0, 1
ASK = (
    "[Write|Tell me|Can you write|Can you tell me|Please write|I want] "
    "[a short story|a story|a story|a bedtime story|a tale]"
)
OTHERS = ("Tell me a story.", "Write a short story.", "Tell me a bedtime story.", "Write a story")


def character(rng: Random, kind: str, part: int) -> tuple[str, tuple[str, str, str]]:
    """A name for one of a kind, with its pronouns.

    Heroes and friends have names of their own. Were they drawn from one list, the friend's would be
    any name but one, and a model has little to gain from learning that one: told greedily, both
    characters often get the likeliest name.
    """
    girl = kind in CAST["female"] or (kind not in CAST["male"] and rng.random() < 0.5)
    names, pronouns = (CAST["girls"], SHE) if girl else (CAST["boys"], HE)
    return rng.choice(names[part::2]), pronouns


def cast(rng: Random) -> Slots:
    """Draw who and what a story is about."""
    kind, other = rng.sample(CAST["kinds"], 2)
    hero, (he, his, him) = character(rng, kind, HERO)
    friend, (fhe, fhis, fhim) = character(rng, other, FRIEND)
    thing, second = rng.sample(CAST["objects"], 2)
    slots = {
        "hero": hero, "kind": kind, "he": he, "his": his, "him": him, "He": capitalized(he),
        "friend": friend, "fkind": other, "fhe": fhe, "fhis": fhis, "fhim": fhim,
        "FHe": capitalized(fhe), "object": thing, "trait": rng.choice(CAST["traits"]),
        "a_object": article(thing), "a_object2": article(second),
        "a_kind": article(kind), "a_fkind": article(other),
    }  # fmt: skip
    for name in ("place", "home", "food", "skill", "fear"):
        slots[name] = rng.choice(CAST[f"{name}s"])
    slots["there"] = "the " + slots["home"].split(" ", 1)[1]
    return slots


def prompt(plot_prompts: list[str], slots: Slots, rng: Random) -> str:
    """Ask for the story, naming its hero in most cases."""
    if rng.random() < 0.04:
        return rng.choice(OTHERS)
    ask = expand(ASK, rng)
    words = [slots["kind"]] if rng.random() < 0.7 else [slots["trait"], slots["kind"]]
    who = article(" ".join(words))
    if rng.random() < 0.25:
        who += f" {rng.choice(('named', 'called'))} {slots['hero']}"
    share = rng.random()
    about = expand(rng.choice(plot_prompts), rng, slots)
    if about.startswith("about"):
        return f"{ask} {about}." if share < 0.4 else f"{ask} about {who}."
    return f"{ask} about {who} {about}." if share < 0.8 else f"{ask} about {who}."


def told(rng: Random) -> tuple[Exchange, Slots]:
    """A story with the slots that it was told from."""
    plot = rng.choice(PLOTS["plot"])
    slots = cast(rng)
    question = prompt(plot["prompt"], slots, rng)
    beats = [rng.choice(PLOTS["openings"]), *map(rng.choice, plot["beats"])]
    beats.append(rng.choice(PLOTS["endings"]))
    lines = [capitalized(expand(beat, rng, slots)) for beat in beats]
    return Exchange(question, mended(paragraphs(lines, rng))), slots


def mended(text: str) -> str:
    """Put the right article before words that a template could not know."""
    for vowel in "aeiou":
        text = text.replace(f" a {vowel}", f" an {vowel}")
    return text.replace(" an unicorn", " a unicorn").replace("an one", "a one")


def paragraphs(lines: list[str], rng: Random) -> str:
    """Break the story into two or three paragraphs, or leave it whole."""
    if rng.random() < 0.5:
        return " ".join(lines)
    middle = len(lines) // 2
    return " ".join(lines[:middle]) + "\n\n" + " ".join(lines[middle:])


def draw(rng: Random) -> Exchange:
    """One story."""
    return told(rng)[0]


def told_and_asked(rng: Random) -> list[Exchange]:
    """A story, and then a question that only this story answers."""
    story, slots = told(rng)
    question, answer = rng.choice(FOLLOW_UPS)
    return [story, Exchange(expand(question, rng, slots), expand(answer, rng, slots))]


FOLLOW_UPS = (
    ("What [is the name of the {kind}|was the {kind} called]?", "The {kind} is called {hero}."),
    ("Who is {friend}?", "{friend} is the {fkind} in the story."),
    ("Who is {hero}?", "{hero} is the {kind} in the story."),
    ("Where did {hero} live?", "{hero} lived in {home}."),
    ("[Thank you|Nice story|That was nice]!", "I am glad that you liked it."),
)
