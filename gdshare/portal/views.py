"""The pages that belong to no single app: home, to-do, search, developer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


def todo(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/todo.html")


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/search.html")


def developer(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/developer.html")
