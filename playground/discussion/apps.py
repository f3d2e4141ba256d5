from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "playground.discussion"
    label = "discussion"
