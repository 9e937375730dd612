"""People, departments, notices."""

from django.urls import include, path

app_name = "security"
urlpatterns = [
    path("", include("security.accounts.urls")),
    path("", include("security.notices.urls")),
    path("", include("security.covers.urls")),
    path("departments/", include("security.departments.urls")),
]
