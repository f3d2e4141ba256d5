"""Where allauth asks us: words, mail, names of passkeys."""

from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest

from playground.accounts.audit import address_of
from playground.accounts.models import User

log = structlog.get_logger(__name__)
NO_ADDRESS = "::"  # the address that stands for none


def shown_name(user: User) -> str:
    """How mail and pages of allauth call a person."""
    return user.shown_name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Says what to do next where allauth only says no, and outlives a mail server that is down."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not correct.",
        "email_taken": "There is an account with this email address already. Sign in, or reset "
        "its password.",
        "too_many_login_attempts": "Too many failed attempts. Wait five minutes, then try again, "
        "or reset your password.",
        "incorrect_password": "That is not your password.",
        "incorrect_code": "That code is not correct. Enter the newest one.",
        "rate_limited": "Too many attempts. Wait five minutes, then try again.",
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer's address; servers behind a socket file have none, and share one count."""
        return address_of(request) or NO_ADDRESS

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not undo what the mail is about."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            log.error("mail.not_sent", template=template_prefix, error=type(error).__name__)
            words = "We could not send an email just now. Ask for it again in a few minutes."
            messages.error(self.request, words)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Two accounts may wait for the same address; who has it in their account keeps it."""
        taken = User.objects.filter(email__iexact=email_address.email)
        if taken.exclude(pk=email_address.user_id).exists():
            words = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, words, {"email": email_address.email})
            return False
        return bool(super().confirm_email(request, email_address))


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names passkeys, and says what to do where an email address stands in the way."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": "Turn two-factor sign-in off before you change your address, and on "
        "again afterwards.",
        "unverified_email": "Confirm your email address first, then come back.",
        "incorrect_code": "That code is not correct. Enter the newest one.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """“Passkey”, “Passkey 2”, …"""
        known = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {known + 1}" if known else "Passkey"

    def _get_site_name(self) -> str:
        return "Inference Playground"


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Believes a provider that an address is verified only where it says just that."""

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Some send “true” in quotes. Any other words would count as true too, “no” included."""
        for address in sociallogin.email_addresses:
            address.verified = address.verified in (True, "true")
        user: User = super().populate_user(request, sociallogin, data)
        return user
