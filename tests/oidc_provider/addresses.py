"""The addresses of the provider: the toolkit's own, and Django's form to sign in."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.urls import include, path

urlpatterns = [
    path("login", LoginView.as_view(template_name="login.html")),
    path("", include("oauth2_provider.urls")),
]
