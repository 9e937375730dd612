"""Signing in, the membership one acts in, keys, and the administrators' console."""

from django.urls import path

from security.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("acting/", views.choose_membership, name="choose_membership"),
    path("password/", views.change_password, name="change_password"),
    path("developer/keys/", views.api_clients, name="api_clients"),
    path("developer/keys/issue/", views.issue_api_client, name="issue_api_client"),
    path("developer/keys/<int:pk>/revoke/", views.revoke_api_client, name="revoke_api_client"),
    path("console/people/", views.people, name="list"),
    path("console/people/create/", views.create_account, name="create_account"),
    path("console/people/<int:pk>/", views.person, name="detail"),
    path("console/people/<int:pk>/appoint/", views.appoint, name="appoint"),
    path("console/people/<int:pk>/reset-password/", views.reset_password, name="reset_password"),
    path("console/people/<int:pk>/deactivate/", views.deactivate_account, name="deactivate_account"),
    path("console/people/<int:pk>/activate/", views.activate_account, name="activate_account"),
    path("console/memberships/<int:pk>/dismiss/", views.dismiss, name="dismiss"),
]
