"""What is typed and selected before a comment is made."""

from typing import Any

from django import forms

MAX_BODY = 4000
MAX_ID = 2**63 - 1
MAX_CHARACTERS = 2**31 - 1


def _number(limit: int) -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=0, max_value=limit, widget=forms.HiddenInput()
    )


class CommentForm(forms.Form):
    """A comment, and the span of an answer that it is about, if it is about one.

    `characters` is how long the answer was on the page where the span was selected.
    """

    body = forms.CharField(
        max_length=MAX_BODY,
        strip=True,
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 3, "class": "textarea"}),
        error_messages={
            "required": "Write a comment first.",
            "max_length": "The comment has %(show_value)s characters; at most %(limit_value)s.",
            "null_characters_not_allowed": "The comment holds a NUL character; remove it.",
        },
    )
    generation = _number(MAX_ID)
    start = _number(MAX_CHARACTERS)
    end = _number(MAX_CHARACTERS)
    characters = _number(MAX_CHARACTERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser would cut off what is pasted; the message says how much is too much.
        self.fields["body"].widget.attrs.pop("maxlength", None)

    def clean_body(self) -> str:
        """Browsers send line ends as two characters."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        span = [data.get(name) for name in ("generation", "start", "end", "characters")]
        broken = any(name != "body" for name in self.errors)
        if broken or (None in span and any(item is not None for item in span)):
            raise forms.ValidationError(
                "It is not clear which part of the answer you mean. Select it again."
            )
        return data
