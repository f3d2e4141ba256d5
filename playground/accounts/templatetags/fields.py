"""`{{ field|as_input }}`: a form's field in the product's look, whoever wrote the form."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def as_input(field: BoundField) -> SafeString:
    """The field's widget, without the placeholder that would repeat its label."""
    return field.as_widget(attrs={"class": "input", "placeholder": ""})
