"""What was copied from Word or a web page, read as such a file is read: numbers that only its lists give, and tables, become words before they are taken."""

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from cms.accounts.forms_only import takes_forms
from cms.accounts.models import User

from .intake import read_pasted
from .limits import SizeLimit
from .listing import check_viewer
from .sources.base import SourceError

LIMIT = 20 * 1024 * 1024  # bytes: pictures come along inside


@csrf_exempt  # asked for below: looking for the token here would read the upload before the limit is set
@takes_forms("policy_docs:imports")
def read(request: HttpRequest) -> HttpResponse:
    """Return the words of the formatted text on somebody's clipboard and what is to be said of them; nothing is stored."""
    check_viewer(request)
    limit = SizeLimit(request, LIMIT)
    request.upload_handlers.insert(0, limit)
    return cast(HttpResponse, _read(request, limit))


@csrf_protect
def _read(request: HttpRequest, limit: SizeLimit) -> HttpResponse:
    upload = request.FILES.get("html")
    if limit.too_large:
        return _refused(_("复制的内容连同图片超过 %d MB。请保存成文件后用“选择文件”上传。") % (LIMIT // 1024 // 1024))
    if upload is None:
        return _refused(_("没有收到复制的内容。"))
    try:
        source = read_pasted(upload.read(), actor=cast(User, request.user))
    except SourceError as error:
        return _refused(str(error))
    return JsonResponse({"words": source.text, "said": list(source.warnings)})


def _refused(words: str) -> HttpResponse:
    return JsonResponse({"refused": words}, status=422)
