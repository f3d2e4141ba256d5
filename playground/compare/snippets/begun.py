"""A request whose answer begins with given words, as far as such a server can be asked for it."""

from dataclasses import replace

from playground.compare.beginnings import Beginning
from playground.compare.snippets.wire import WireRequest

SPLIT_ANEW = (
    "The given beginning is sent as text, for there is no field for its tokens: the server splits "
    "it into tokens anew, which may be others."
)
VLLM_ONLY = "The given beginning: vLLM's servers go on from it, others may begin a new answer."


def begun(request: WireRequest, beginning: Beginning | None) -> WireRequest:
    """The request with the beginning as the answer's first words; Max and Min tokens are of what
    follows them."""
    if beginning is None:
        return request
    left = _limits(request, len(beginning.ids))
    if request.is_text:
        content = request.messages[0]["content"] + beginning.text
        messages = [{**request.messages[0], "content": content}]
        return replace(left, messages=messages, left_out=[*request.left_out, SPLIT_ANEW])
    return replace(
        left,
        messages=[*request.messages, {"role": "assistant", "content": beginning.text}],
        added={**left.added, "add_generation_prompt": False, "continue_final_message": True},
        left_out=[*request.left_out, SPLIT_ANEW],
        needs=[*request.needs, VLLM_ONLY],
    )


def _limits(request: WireRequest, given: int) -> WireRequest:
    standard, added = dict(request.standard), dict(request.added)
    if "max_tokens" in standard:
        standard["max_tokens"] = max(1, standard["max_tokens"] - given)
    if "min_tokens" in added:
        added["min_tokens"] = max(0, added["min_tokens"] - given)
    return replace(request, standard=standard, added=added)
