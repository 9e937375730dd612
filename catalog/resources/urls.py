"""目录: one line per verb."""

from django.urls import path

from catalog.resources import views
from catalog.resources.views import assessing, exporting, importing, reviewing, revising, weakness

app_name = "resources"
urlpatterns = [
    path("manage/", views.manage, name="manage"),
    path("manage/submit/", views.submit_all, name="submit_all"),
    path("manage/approve/", views.approve_all, name="approve_all"),
    path("manage/publish/", views.publish_all, name="publish_all"),
    path("manage/export/", exporting.export, name="export"),
    path("manage/assess/", assessing.assess_all, name="assess_all"),
    path("assessments/<int:pk>/", assessing.paper, name="paper"),
    path("resources/<int:pk>/assess/", assessing.assess, name="assess"),
    path("weak-bases/", weakness.weak_bases, name="weak_bases"),
    path("weak-bases/export/", weakness.weak_bases_export, name="weak_bases_export"),
    path("imports/", importing.import_, name="import"),
    path("imports/<int:pk>/", importing.import_detail, name="import_detail"),
    path("imports/<int:pk>/confirm/", importing.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", importing.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/marked/", importing.import_marked, name="import_marked"),
    path("imports/<int:pk>/columns/", importing.import_columns, name="import_columns"),
    path("imports/mappings/<int:pk>/delete/", importing.mapping_delete, name="mapping_delete"),
    path("resources/new/", views.create, name="create"),
    path("resources/<int:pk>/", views.detail, name="detail"),
    path("resources/<int:pk>/edit/", views.edit, name="edit"),
    path("resources/<int:pk>/submit/", views.submit, name="submit"),
    path("resources/<int:pk>/approve/", views.approve, name="approve"),
    path("resources/<int:pk>/audit/", reviewing.audit, name="audit"),
    path("resources/<int:pk>/publish/", reviewing.publish, name="publish"),
    path("resources/<int:pk>/return/", reviewing.return_, name="return"),
    path("resources/<int:pk>/revise/", views.revise, name="revise"),
    path("resources/<int:pk>/discard/", views.discard, name="discard"),
    path("resources/<int:pk>/restore/", revising.restore, name="restore"),
    path("resources/<int:pk>/compare/", revising.compare, name="compare"),
    path("resources/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("resources/<int:pk>/restrict/", views.restrict, name="restrict"),
]
