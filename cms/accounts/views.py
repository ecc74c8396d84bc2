"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .forms import SignInForm
from .viewer import mark_of

WHO = "who"  # cookie: whose sign-in the browser holds; scripts compare it with the page that they stand in


class SignInView(LoginView):
    """The sign-in page; somebody who is signed in already is sent on."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in. A page that was opened by somebody else before must not be saved in this person's name: ``sent.js`` asks the cookie."""
        answer: HttpResponse = super().form_valid(form)
        answer.set_cookie(WHO, mark_of(form.get_user()), samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        return answer


class SignOutView(LogoutView):
    """Signs out by a form alone, since a link of another page must not do it; who opens its address is asked."""

    http_method_names = ["get", "head", *LogoutView.http_method_names]  # noqa: RUF012 - as the base class has it

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Ask, or lead on who is not signed in."""
        return render(request, "registration/logout.html") if request.user.is_authenticated else redirect("/")
