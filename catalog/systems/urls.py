"""信息系统登记: one line per verb."""

from django.urls import path

from catalog.systems import views

app_name = "systems"
urlpatterns = [
    path("", views.list_, name="list"),
    path("export.xlsx", views.export, name="export"),
    path("template.xlsx", views.template, name="template"),
    path("import/", views.import_, name="import"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/verify/", views.verify, name="verify"),
    path("<int:pk>/return/", views.return_, name="return"),
    path("<int:pk>/revise/", views.revise, name="revise"),
    path("<int:pk>/retire/", views.retire, name="retire"),
]
