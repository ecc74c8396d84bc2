"""Signing in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpResponse

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
