"""数据质量: one line per verb."""

from django.urls import path

from catalog.quality import views

app_name = "quality"
urlpatterns = [
    path("updates/", views.owed, name="owed"),
    path("updates/sheet.csv", views.owed_sheet, name="owed_sheet"),
]
