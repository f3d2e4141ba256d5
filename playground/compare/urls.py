"""The workbench's pages and the parts of them that htmx asks for."""

from django.urls import include, path

from playground.compare import (
    annotation_views,
    code_views,
    counting_views,
    draft_views,
    library_runs,
    run_views,
    token_views,
    views,
)
from playground.compare.insight import views as insight_views

run_patterns = [
    path("label/", annotation_views.label_run, name="label_run"),
    path("pin/", annotation_views.pin_run, name="pin_run"),
    path("shared/", annotation_views.share_run, name="share_run"),
    path("lanes/<int:position>/samples/", run_views.samples, name="samples"),
    path("answers/<int:answer>/tokens/", token_views.tokens, name="tokens"),
    path("answers/<int:answer>/formatted/", token_views.formatted, name="formatted"),
    path("answers/<int:answer>/fork/", token_views.fork, name="fork"),
    path("insight/", insight_views.insight, name="insight"),
    path("insight/capsule.json", insight_views.capsule, name="capsule"),
    path("insight/again/", insight_views.run_again, name="run_again"),
]
urlpatterns = [
    path("library/prompts/<uuid:public_id>/runs/", library_runs.prompt_runs, name="prompt_runs"),
    path("library/presets/<uuid:public_id>/runs/", library_runs.preset_runs, name="preset_runs"),
    path("", views.workbench, name="workbench"),
    path("code/", code_views.code, name="code"),
    path("tokens/count/", counting_views.count_tokens, name="count_tokens"),
    path("tokens/", counting_views.show_tokens, name="show_tokens"),
    path("form/", counting_views.check_form, name="check_form"),
    path("drafts/", draft_views.draft, name="draft"),
    path("runs/", run_views.runs, name="runs"),
    path("runs/beside/", run_views.beside, name="beside"),
    path("sessions/", views.history, name="history"),
    path("sessions/<uuid:public_id>/", views.session, name="session"),
    path("sessions/<uuid:public_id>/runs/<int:number>/", views.run, name="run"),
    path(
        "sessions/<uuid:public_id>/insight/", insight_views.session_insight, name="session_insight"
    ),
    path("sessions/<uuid:public_id>/shared/", annotation_views.share_session, name="share_session"),
    path("sessions/<uuid:public_id>/runs/<int:number>/", include(run_patterns)),
]
