"""Names by which the runs of a file refer to its prompts and presets."""

from playground.accounts.models import Membership
from playground.prompts.access import presets_of, prompts_of
from playground.prompts.models import Preset, Prompt


class References:
    """What the runs written so far referred to, in order. What the person may not see of the
    library is not referred to."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self._prompts: dict[int, str] = {}
        self._presets: dict[int, str] = {}

    def to_prompt(self, prompt: int) -> str:
        """The name of the prompt with this row id; a team sees all of its prompts."""
        return self._prompts.setdefault(prompt, f"prompt-{len(self._prompts) + 1}")

    def to_preset(self, preset: Preset | None) -> str | None:
        """The name of a preset, unless it is someone else's own."""
        if preset is None or not self._sees(preset):
            return None
        return self._presets.setdefault(preset.pk, f"preset-{len(self._presets) + 1}")

    def prompts(self) -> list[tuple[str, Prompt]]:
        """The prompts referred to, with all their versions."""
        rows = prompts_of(self._membership).defer("words").prefetch_related("versions")
        found = rows.in_bulk(list(self._prompts))
        return [(name, found[id]) for id, name in self._prompts.items() if id in found]

    def presets(self) -> list[tuple[str, Preset]]:
        """The presets referred to."""
        found = presets_of(self._membership).defer("words").in_bulk(list(self._presets))
        return [(name, found[id]) for id, name in self._presets.items() if id in found]

    def _sees(self, preset: Preset) -> bool:
        return preset.shared or preset.author_id == self._membership.user_id
