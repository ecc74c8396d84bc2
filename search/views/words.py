"""Everyday words in the administration: the list, the form with its try-out."""

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from wagtail.admin.auth import require_admin_access
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.accounts.viewer import viewer_of
from policy_docs.admin.guarded import GuardedEditView, TakingCreateView
from search.engines.base import EngineError
from search.engines.registry import engine
from search.query.parse import InvalidQuery
from search.query.tryout import try_out
from search.words.apart import spoken
from search.words.forms import EverydayWordForm, tidied
from search.words.models import EverydayWord

log = structlog.get_logger(__name__)


class _AddView(TakingCreateView):
    def get_initial(self) -> dict[str, object]:
        """Begin with the word that a list of questions without hits has led here with."""
        return {**super().get_initial(), "word": self.request.GET.get("word", "").replace("\x00", "")[:20]}


class EverydayWordViewSet(SnippetViewSet):
    """Everyday words. They are put out of use and never deleted: the file that comes along would bring them back."""

    model = EverydayWord
    edit_view_class = GuardedEditView
    add_view_class = _AddView
    icon = "search"
    menu_label = _("常用说法")
    menu_name = "everyday-words"
    add_to_admin_menu = True
    menu_order = 115
    list_display = [
        "word",
        Column("official_text", label=_("公文用语")),
        "reason",
        Column("active", label=_("启用"), accessor=lambda row: _("是") if row.active else _("停用"), sort_key="active"),
    ]
    list_filter = ["active"]
    list_per_page = 50
    search_fields = ["word", "official", "reason"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("word", widget=AdminAutoHeightTextInput(attrs={"rows": 1})),
            *(FieldPanel(name) for name in ("official", "reason", "active")),
            HelpPanel(template="search/admin/try_out.html", heading=_("试一试")),
        ],
        base_form_class=EverydayWordForm,
    )


@require_admin_access
@require_GET
def everyday_word_try(request: HttpRequest) -> HttpResponse:
    """Show what a question finds today and what it would find with the word as the form has it now."""
    if not (request.user.has_perm("search.add_everydayword") or request.user.has_perm("search.change_everydayword")):
        raise PermissionDenied
    form = {name: request.GET.get(name, "").replace("\x00", "") for name in ("q", "word", "official", "was")}
    official = [line.strip().replace("＋", "+") for line in form["official"].splitlines() if line.strip()]
    try:
        word = tidied(form["word"]) if form["word"].strip() else ""
    except ValidationError as error:
        return render(request, "search/admin/_tried.html", {"refusal": error.messages[0]}, status=400)
    asked = form["q"].strip() or spoken(word)
    if not asked:
        return render(request, "search/admin/_tried.html", {"refusal": _("请填写要试的查找内容或常用说法。")}, status=400)
    context: dict[str, object] = {}
    status = 200
    try:
        context["tried"] = try_out(
            asked, word, official, active=request.GET.get("active", "") not in ("", "false"), was=form["was"],
            viewer=viewer_of(request.user), engine=engine(), on=timezone.localdate(),
        )  # fmt: skip
    except InvalidQuery as error:
        context["refusal"], status = str(error), 400
    except EngineError:
        log.exception("search_failed")
        context["down"], status = True, 503
    return render(request, "search/admin/_tried.html", context, status=status)
