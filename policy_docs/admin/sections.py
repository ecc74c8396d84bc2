"""One section of a long document in Wagtail's editor, on the same draft: the body is cut before the form is made and put together in it.

A form of 1,260 blocks is ready after a minute, one of 60 after a second. No other field is in the form, so title and the rest come from the
newest draft and cannot be overwritten; two people in two sections of one draft both save and both survive.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.panels import CommentPanel, FieldPanel, ObjectList, TabbedInterface
from wagtail.admin.views.pages.preview import PreviewOnEditView
from wagtail.blocks import StreamValue

from policy_docs.opinions.blocks import BodyBlock
from policy_docs.opinions.drafts import Start, newest, read_start, start_of_part
from policy_docs.opinions.forms import OpinionForm
from policy_docs.opinions.merging import Raw
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.sections import section_of, sections, stretch
from policy_docs.opinions.trashed import Trashed

from .editing import StaleGuard

_OPEN = BodyBlock(collapsed=False)  # who opens a section wants to type; a whole document is opened folded, to be found through


class SectionForm(OpinionForm):
    """The body alone, of which the form holds a part: ``page.around`` is what stands before and behind it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"] = OpinionPage.body.field.formfield(block=_OPEN)

    def start(self, page: OpinionPage) -> Start:
        """Return what an edit of this section begins from."""
        return start_of_part(list(page.body.raw_data))

    def clean_body(self) -> StreamValue:
        """Put the whole body together; refuse ids that stand elsewhere in it."""
        before, behind = self.instance.around or ([], [])
        self.entered: list[Raw] = list(self.cleaned_data["body"].get_prep_value())
        whole = [*before, *self.entered, *behind]
        if any(number > 1 for number in Counter(block["id"] for block in whole).values()):
            raise ValidationError(_("这一节里有一段与文件别处编号重复，请删除后重新添加这一段，再保存。"), code="block_id")
        return _stream(whole)

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Tell the open form what it now begins from."""
        found = dict(super(OpinionForm, self).get_field_updates_for_resave())
        return [*found.items(), ("started_from", start_of_part(self.entered).dump())]


def _stream(blocks: list[Raw]) -> StreamValue:
    return StreamValue(OpinionPage.body.field.stream_block, blocks, is_lazy=True)


def section_handler() -> Any:
    """Return the panels of a section: the blocks, and the comments on them."""
    return TabbedInterface([ObjectList([FieldPanel("body"), CommentPanel()], heading=_("正文"))], base_form_class=SectionForm).bind_to_model(OpinionPage)


def cut(page: OpinionPage, key: str, start: Start | None) -> OpinionPage:
    """Let a page hold one section of its body: the one of an address, or the stretch that an open form began from.

    Raises:
        Http404: the section is gone.
    """
    body = [dict(block) for block in page.body.raw_data]
    if start is not None and start.blocks is not None:
        low, high = stretch(body, [block_id for block_id, _words in start.blocks]) or (len(body), len(body))
    else:
        found = section_of(body, key)
        if found is None:
            raise Http404
        low, high = found.start, found.end
    page.around = (body[:low], body[high:])
    page.body = _stream(body[low:high])
    return page


class SectionEditView(StaleGuard):
    """The editor of one section: lock, comments, autosave, workflow and preview are those of the page."""

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponseBase:
        """Take the key of the section from the address."""
        key: UUID = kwargs.pop("key")
        from . import late  # it makes the form of a section too

        self.key = str(key)
        if Trashed.objects.filter(opinion=page_id).exists():
            return late.answer(self, request, page_id)
        try:
            return super().dispatch(request, page_id, **kwargs)
        except Http404:
            if request.method == "POST":
                raise
            messages.warning(request, _("这一节刚刚被合并或者删除，请从目录中重新选择。"))
            return redirect("opinion_outline", page_id)

    def get_object(self) -> OpinionPage:
        """Return the draft with this section alone."""
        page = newest(self.real_page_record.pk)
        start = read_start(self.request.POST.get("started_from", "")) if self.request.method == "POST" else None
        return cut(page, self.key, start)

    @cached_property
    def section_title(self) -> str:
        """What tells the section from others."""
        found = section_of(list(newest(self.page.pk).body.raw_data), self.key)
        return found.title if found else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form of the section."""
        self._use_section_form()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save the section."""
        self._use_section_form()
        return super().post(request, *args, **kwargs)

    def _use_section_form(self) -> None:
        self.edit_handler = section_handler()
        self.form_class = self.edit_handler.get_form_class()

    def entered_blocks(self) -> list[Raw]:
        """Return the blocks of the section as they were entered."""
        return list(self.form.entered)

    def get_page_subtitle(self) -> str:
        """Name the document and the section."""
        return f"{self.page.get_admin_display_title()} › {self.section_title}"

    def get_edit_url(self) -> str:
        """Return the address of the section; the first block may be another one after a save."""
        entered = getattr(getattr(self, "form", None), "entered", None)
        key = entered[0]["id"] if entered else self.key
        return reverse("opinion_section", args=[self.page.pk, key])

    def get_preview_url(self) -> str:
        """Return the address of the preview, which puts the section into the whole."""
        return reverse("opinion_section_preview", args=[self.page.pk, self.key])

    def redirect_and_remain(self) -> HttpResponse:
        """Stay in the section; in the outline where it was emptied."""
        return redirect(self.get_edit_url()) if self.form.entered else redirect("opinion_outline", self.page.pk)

    def redirect_away(self) -> HttpResponse:
        """Back to the outline after publishing or submitting."""
        return redirect("opinion_outline", self.page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the neighbours of the section."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found = sections(list(newest(self.page.pk).body.raw_data))
        at = next((number for number, section in enumerate(found) if section.key == self.key), None)
        context["section_before"] = found[at - 1] if at else None
        context["section_behind"] = found[at + 1] if at is not None and at + 1 < len(found) else None
        context["section_key"] = found[at].key if at is not None else ""
        context["section_place"] = (at + 1, len(found)) if at is not None else None
        return context

    def get_template_names(self) -> list[str]:
        """Wagtail's form with the way to the neighbours above it."""
        names: list[str] = super().get_template_names()
        return ["policy_docs/admin/section.html"] if names == ["wagtailadmin/pages/edit.html"] else names


class SectionPreview(PreviewOnEditView):
    """The preview of a document with a section as it is in the form."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the data of each section apart from those of the others and of the whole form."""
        self.parent_object_id = str(kwargs["key"])
        super().setup(request, *args, **kwargs)

    def get_object(self) -> OpinionPage:
        """Return the draft with this section alone."""
        page: OpinionPage = super().get_object()
        words = self.request.POST.get("started_from", "")
        return cut(page, str(self.kwargs["key"]), read_start(words) if words else None)

    def get_form(self, query_dict: Any) -> SectionForm:
        """Return the form of the section."""
        form_class = section_handler().get_form_class()
        values = {"instance": self.object, "parent_page": self.object.get_parent().specific, "for_user": self.request.user}
        return form_class(query_dict, **values) if query_dict else form_class(**values)
