from django.urls import path

from sharing.delivery import api

urlpatterns = [
    path("resources/<int:pk>/rows/", api.RowsView.as_view(), name="resource-rows"),
    path("resources/<int:pk>/rows/query/", api.RowsQueryView.as_view(), name="resource-rows-query"),
    path("resources/<int:pk>/data/", api.DataView.as_view(), name="resource-data"),
]
