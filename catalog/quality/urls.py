"""数据质量: one line per verb."""

from django.urls import path

from catalog.quality import views

app_name = "quality"
urlpatterns = [
    path("updates/", views.owed, name="owed"),
    path("updates/sheet.csv", views.owed_sheet, name="owed_sheet"),
    path("one-source/<int:pk>/", views.one_source, name="one_source"),
    path("one-source/<int:pk>/confirm/", views.confirm_elements, name="confirm_elements"),
    path("one-source/<int:pk>/leads/", views.lead_sources, name="lead_sources"),
    path("imports/<int:pk>/", views.import_look, name="import_look"),
    path("duplicates/", views.duplicates, name="duplicates"),
    path("elements/", views.elements, name="elements"),
    path("elements/new/", views.add_element, name="add_element"),
    path("elements/<int:pk>/", views.element, name="element"),
    path("elements/<int:pk>/change/", views.change_element, name="change_element"),
    path("elements/<int:pk>/lead/", views.set_lead_source, name="set_lead_source"),
    path("elements/<int:pk>/lead/remove/", views.remove_lead_source, name="remove_lead_source"),
]
