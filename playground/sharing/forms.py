"""What people fill in to share and to import."""

from django import forms

from playground.sharing.links import DAYS

MAX_BYTES = 20 * 1024 * 1024
CHOICES = [(days, "1 day" if days == 1 else f"{days} days") for days in DAYS]


class LinkForm(forms.Form):
    """A new share link."""

    days = forms.TypedChoiceField(label="Works for", choices=CHOICES, coerce=int, initial=7)
    shows_prompt = forms.BooleanField(
        label="Show the prompt",
        required=False,
        initial=True,
        help_text="Without it, the prompt, the session's title and the run's name are left out. "
        "An answer may still quote the prompt.",
    )


class ImportForm(forms.Form):
    """A file that was exported before."""

    file = forms.FileField(
        label="File",
        error_messages={
            "required": "Choose a file first.",
            "missing": "Choose a file first.",
            "empty": "The file is empty. Choose one that was exported as JSON.",
        },
        max_length=250,
    )
    shared = forms.BooleanField(
        label="Share what is imported with the team",
        required=False,
        help_text="Otherwise you alone see the sessions and presets. "
        "Prompts of the library are always the team's.",
    )

    def clean_file(self) -> object:
        """Refused by size before a byte of it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                f"The file has {file.size / 1024**2:.1f} MB; at most {MAX_BYTES // 1024**2} MB. "
                "Export fewer sessions at a time."
            )
        return file
