"""The colours of finishing places."""

from django import template

from pages.kit.tables.columns import finish_class

register = template.Library()
register.filter("finish_class", finish_class)
