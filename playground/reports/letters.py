"""A report as an email, in plain words and as a page; a mail program can end it by itself."""

from smtplib import SMTPException

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from playground.reports.content import Report


class NotSent(Exception):
    """The mail server did not take it; it can be tried again."""


def send(report: Report, to: str, site_url: str) -> None:
    """Send one. Raises NotSent.

    The two headers are those of RFC 8058: a button of the mail program posts to that address.
    """
    context = {"report": report, "site": site_url}
    letter = EmailMultiAlternatives(
        subject=f"{report.team}: the week from {report.monday:%-d %B %Y}",
        body=render_to_string("reports/letter.txt", context),
        to=[to],
        headers={
            "List-Unsubscribe": f"<{site_url}{report.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    letter.attach_alternative(render_to_string("reports/letter.html", context), "text/html")
    try:
        letter.send()
    except (SMTPException, OSError) as error:
        raise NotSent(type(error).__name__) from error
