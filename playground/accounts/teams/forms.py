"""What people type about teams."""

from collections.abc import Iterable
from typing import Any

from django import forms

from playground.accounts.models import AuditAction, Role, Team
from playground.accounts.templatetags.teams import action_words

GIVABLE = [(role.value, role.label) for role in (Role.MEMBER, Role.VIEWER, Role.ADMIN)]


def _input(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", **attrs})


class NameForm(forms.Form):
    """A team's name."""

    name = forms.CharField(
        label="Name", max_length=80, widget=_input(autocomplete="off", maxlength=80)
    )


class SettingsForm(NameForm):
    shares_by_default = forms.BooleanField(label="Share new sessions with the team", required=False)

    @classmethod
    def of(cls, team: Team) -> "SettingsForm":
        """The form with what holds now."""
        return cls(initial={"name": team.name, "shares_by_default": team.shares_by_default})


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Role", choices=GIVABLE, widget=forms.Select(attrs={"class": "select"})
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class MemberForm(forms.Form):
    """Someone of the team, by their membership."""

    member = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class TeamForm(forms.Form):
    """One of the person's teams."""

    to = forms.UUIDField()


class AuditFilterForm(forms.Form):
    """What of the log to show. An answer that makes no sense leaves the others standing."""

    action = forms.ChoiceField(
        label="What", required=False, widget=forms.Select(attrs={"class": "select"})
    )
    who = forms.ChoiceField(
        label="Who", required=False, widget=forms.Select(attrs={"class": "select"})
    )
    since = forms.DateField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}),
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"class": "input", "type": "date"})
    )

    def __init__(self, data: Any, actors: Iterable[str]) -> None:
        super().__init__(data, auto_id="audit_%s")
        anything = [("", "Everything")]
        self.fields["action"].choices = anything + [  # type: ignore[attr-defined]
            (action.value, action_words(action)) for action in AuditAction
        ]
        self.fields["who"].choices = [("", "Everyone"), *((who, who) for who in actors)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """The filters that make sense."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}
