"""The pages of the library, and what the workbench asks it for."""

from django.urls import path

from playground.prompts import picking, preset_views, prompt_views, version_views

PROMPT = "library/prompts/<uuid:public_id>/"
PRESET = "library/presets/<uuid:public_id>/"
VERSION = PROMPT + "versions/<int:number>/"

urlpatterns = [
    path("library/", prompt_views.library, name="library"),
    path("library/prompts/new/", prompt_views.new_prompt, name="new_prompt"),
    path("library/prompts/pick/", picking.pick_prompts, name="pick_prompts"),
    path(PROMPT, prompt_views.prompt, name="prompt"),
    path(PROMPT + "edit/", prompt_views.edit_prompt, name="edit_prompt"),
    path(PROMPT + "archive/", prompt_views.archive_prompt, name="archive_prompt"),
    path(PROMPT + "delete/", prompt_views.delete_prompt, name="delete_prompt"),
    path(PROMPT + "use/", picking.use_prompt, name="use_prompt"),
    path(PROMPT + "versions/", version_views.prompt_versions, name="prompt_versions"),
    path(PROMPT + "diff/", version_views.prompt_diff, name="prompt_diff"),
    path(VERSION, version_views.prompt_version, name="prompt_version"),
    path(VERSION + "restore/", version_views.restore_version, name="restore_version"),
    path("library/presets/", preset_views.presets, name="presets"),
    path("library/presets/new/", preset_views.new_preset, name="new_preset"),
    path("library/presets/pick/", picking.pick_presets, name="pick_presets"),
    path(PRESET, preset_views.preset, name="preset"),
    path(PRESET + "edit/", preset_views.edit_preset, name="edit_preset"),
    path(PRESET + "delete/", preset_views.delete_preset, name="delete_preset"),
    path(PRESET + "use/", picking.use_preset, name="use_preset"),
]
