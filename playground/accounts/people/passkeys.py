"""What browsers send of passkeys, read with care: it is JSON that anyone can make up."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError

NAME_LENGTH = 60
MAX_CREDENTIAL = 20_000
MALFORMED = (TypeError, ValueError, KeyError, AttributeError, IndexError)


class CredentialField(forms.JSONField):
    """A credential: an object, small, and no deeper than credentials are."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": "Your browser has sent no passkey. Try again.",
        "invalid": "Your browser has sent no passkey. Try again.",
    }

    def bound_data(self, data: Any, initial: Any) -> str:
        """What was sent is never shown again."""
        return ""

    def to_python(self, value: Any) -> Any:
        try:
            if isinstance(value, str) and len(value) > MAX_CREDENTIAL:
                raise ValidationError(self.error_messages["invalid"])
            read = super().to_python(value)
        except RecursionError:
            raise ValidationError(self.error_messages["invalid"]) from None
        if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
            raise ValidationError(self.error_messages["invalid"])
        return read


class AddForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label="Name", required=False, max_length=NAME_LENGTH)
    credential = CredentialField()
    passwordless = forms.BooleanField(
        label="Sign in with it alone, without the password",
        required=False,
        initial=True,
        help_text="The device must ask for a fingerprint, a face or a PIN then.",
    )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class RenameForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label="Name", max_length=NAME_LENGTH)


class _AnswerForm(forms.Form):
    """Answers to a challenge: at the sign-in, as a second factor, before something delicate."""

    credential = CredentialField()

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class SignInForm(_AnswerForm, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class SecondFactorForm(_AnswerForm, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ConfirmForm(_AnswerForm, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass
