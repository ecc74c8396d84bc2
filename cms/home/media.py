"""Uploaded images and documents while developing; elsewhere the web server does it."""

import posixpath
from pathlib import Path

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def media(request: HttpRequest, path: str, document_root: Path) -> HttpResponseBase:
    """Serve a file; the folder of what nobody may fetch by its address is as if it were not there."""
    if "private" in posixpath.normpath(path).split("/")[:2]:
        raise Http404
    return serve(request, path, document_root=str(document_root))
