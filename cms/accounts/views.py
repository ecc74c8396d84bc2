"""Signing in."""

from django.contrib.auth.views import LoginView

from .forms import SignInForm


class SignInView(LoginView):
    """The sign-in page; somebody who is signed in already is sent on."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
