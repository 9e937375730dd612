"""/ui/, only while debugging."""

from django.urls import path

from gdshare.portal.gallery import gallery

urlpatterns = [path("", gallery, name="gallery")]
