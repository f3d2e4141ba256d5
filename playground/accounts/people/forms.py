"""What a person types about themselves."""

from django import forms

from playground.accounts.models import User


class ProfileForm(forms.Form):
    """The full name, kept whole: where a name splits in two is not ours to guess."""

    full_name = forms.CharField(
        required=False,
        max_length=150,
        help_text="Teammates see it beside your runs and comments. Without one they see what "
        "stands before the @ of your address.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class DeletionForm(forms.Form):
    """The address typed out: nobody deletes their account by a slip of the hand."""

    email = forms.CharField(
        label="Your email address, to confirm",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, user: User, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.user = user

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip().lower()
        if typed != self.user.email.lower():
            raise forms.ValidationError(f"Type {self.user.email} to confirm.")
        return typed
