"""Page types: the list of opinions and the opinion.

``save()`` and ``save_revision()`` write the clause rows in their own transaction: Wagtail's editor calls model methods and no action, and
its signals come after and outside the transaction, so what must always hold lives here.
"""

import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import models, transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import StreamField
from wagtail.locks import BaseLock
from wagtail.models import Page, PageManager, Revision
from wagtail.search import index

from policy_docs.kept import narrow
from policy_docs.units.aliases import sounds
from policy_docs.units.models import Jurisdiction

from .blocks import BodyBlock, check_ids, to_blocks
from .descent import Descent
from .drafts import Start, check_kept, check_start, newest, start_of
from .forms import OpinionForm
from .models import new_public_key
from .numbers import normalise
from .querysets import OpinionQuerySet
from .reviewing import ReviewLock, check_not_in_review
from .types import Block

if TYPE_CHECKING:
    from .models import OpinionVersion
    from .publication import Publication


class OpinionIndexPage(Page):
    """The list of policy documents."""

    max_count = 1
    subpage_types = ["policy_docs.OpinionPage"]
    template = "policy_docs/opinions/index.html"

    class Meta:
        verbose_name = _("政策文件目录")
        verbose_name_plural = _("政策文件目录")

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Lead to the address of the list."""
        return redirect(reverse("policy_docs:opinions"))


# not Wagtail's: that one writes the slug along, which this form does not hold, and shows one line of titles that need two
_TITLE = FieldPanel("title", classname="title", widget=AdminAutoHeightTextInput(attrs={"placeholder": _("标题")}))
_OpinionManager = PageManager.from_queryset(OpinionQuerySet)


class OpinionManager(_OpinionManager):  # type: ignore[misc, valid-type]
    """Opinions that are not in the trash."""

    def get_queryset(self) -> OpinionQuerySet:
        """Leave out what is in the trash."""
        return cast(OpinionQuerySet, narrow(super().get_queryset(), "pk"))


class OpinionPage(Page):
    """One policy text with its identity block. What the text lacks stays empty."""

    class Disclosure(models.TextChoices):
        UNKNOWN = "", _("不详")
        OPEN = "open", _("主动公开")
        ON_REQUEST = "on_request", _("依申请公开")
        CLOSED = "closed", _("不予公开")

    public_key = models.CharField(max_length=12, unique=True, default=new_public_key, editable=False)
    source_name = models.CharField(_("来源文件名"), max_length=200, blank=True, db_index=True)
    document_number = models.CharField(_("发文字号"), max_length=80, blank=True)
    number_key = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    title_sound = models.CharField(max_length=1000, blank=True, editable=False)  # initials and pinyin of the title, for who types letters
    number_written = models.CharField(_("原文写作"), max_length=80, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=200, blank=True)
    unsigned = models.BooleanField(_("原文没有发文机关"), default=False)  # said by a person: else the issuer is missing (``needed``)
    undated = models.BooleanField(_("原文没有日期"), default=False)
    issue_date = models.DateField(_("成文日期"), null=True, blank=True, db_index=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name=_("行政区划"))
    kind = models.CharField(_("文种"), max_length=40, blank=True, db_index=True)
    addressees = models.TextField(_("主送机关"), blank=True)
    notice_title = models.CharField(_("印发通知"), max_length=300, blank=True)
    notice_issuer = models.CharField(_("印发机关"), max_length=200, blank=True)
    notice_date = models.DateField(_("印发日期"), null=True, blank=True)
    disclosure = models.CharField(_("公开属性"), max_length=12, choices=Disclosure.choices, blank=True, default=Disclosure.UNKNOWN)
    effective_from = models.DateField(_("施行日期"), null=True, blank=True)
    effective_until = models.DateField(_("有效期至"), null=True, blank=True)
    counts_from = models.DateField(_("起算日期"), null=True, blank=True, help_text=_("原文没有日期的，从这一天起算作有效；不填的，从首次发布之日起算。"))
    repealed_on = models.DateField(_("废止日期"), null=True, blank=True)
    repealed_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="repeals", verbose_name=_("由何文件废止"))
    repeal_found = models.BooleanField(default=False, editable=False)  # read from a citation and not entered by a person
    reviewed_at = models.DateTimeField(_("职责核对完成时间"), null=True, blank=True, editable=False)
    validity_confirmed_on = models.DateField(_("确认现行有效的日期"), null=True, blank=True, editable=False)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("正文"))

    objects = OpinionManager()
    with_trash = _OpinionManager()

    #: set by the actions of the import, which give fresh block ids and store the duties themselves
    from_import = False

    #: set by a form: what it showed; save() and save_revision() refuse to put the edit over another one
    started_from: Start | None = None

    #: set by an edit: which clauses it split and merged
    descent: Descent | None = None

    #: set by whoever puts a text in force by itself: what is said of it; else what a person has said is recalled
    publication: "Publication | None" = None

    #: set with it where the text that gives place can no longer be told: ``ports.standing_duties``
    stood: object = None

    #: set by the editor of a section: the blocks before and behind those that the body holds meanwhile
    around: tuple[list[dict[str, Any]], list[dict[str, Any]]] | None = None

    # the body holds no references to other objects; indexing 1,260 blocks for each save would be for nothing
    wagtail_reference_index_ignore = True
    exclude_fields_in_copy = ["public_key", "source_name", "reviewed_at", "validity_confirmed_on"]

    parent_page_types = ["policy_docs.OpinionIndexPage"]
    subpage_types: list[str] = []
    base_form_class = OpinionForm
    template = "policy_docs/opinions/page.html"

    search_fields = [*Page.search_fields, index.SearchField("document_number"), index.FilterField("jurisdiction_id")]
    content_panels = [
        _TITLE,
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("document_number", "issuer", "unsigned", "issue_date", "undated", "jurisdiction", "kind", "addressees", "disclosure")
            ],
            heading=_("文件信息"),
        ),
        MultiFieldPanel([FieldPanel(name) for name in ("effective_from", "effective_until", "counts_from", "repealed_on", "repealed_by")], heading=_("效力")),
        MultiFieldPanel([FieldPanel(name) for name in ("notice_title", "notice_issuer", "notice_date")], heading=_("印发通知")),
        FieldPanel("body"),
    ]
    promote_panels: list[Any] = []  # the permanent address needs no name in the tree
    settings_panels = [PublishingPanel(children=PublishingPanel().children[:1]), CommentPanel()]  # to withdraw at a time would be to withdraw without a reason

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")

    def get_url(self, request: Any = None, current_site: Any = None) -> str | None:
        """Return the permanent address, which survives moves and renames; the one in the tree leads there (``serve``)."""
        in_tree: str | None = super().get_url(request, current_site)
        return in_tree and (self._permanent() if in_tree.startswith("/") else self.get_full_url(request))

    url = property(get_url)

    def get_full_url(self, request: Any = None) -> str | None:
        """Return the permanent address with that of the site."""
        parts = self.get_url_parts(request=request)
        return parts[1] + self._permanent() if parts and parts[1] is not None else None

    full_url = property(get_full_url)

    def _permanent(self) -> str:
        return reverse("policy_docs:opinion", args=[self.public_key])

    def get_lock(self) -> BaseLock | None:
        """Return the lock that holds; while the draft is reviewed it holds for everybody, whoever has locked it besides."""
        task = self.current_workflow_task
        lock: BaseLock | None = ReviewLock(self, task) if task is not None else super().get_lock()
        return lock

    def serve_preview(self, request: Any, mode_name: str) -> Any:
        """Show the text as it is in the editor; the reading page shows what is published."""
        return render(request, "policy_docs/opinions/preview.html", {"page": self, "parts": self.parts})

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Lead to the permanent address, which survives moves and renames."""
        return redirect(self._permanent())

    def clean(self) -> None:
        """Refuse block ids that are missing, not canonical or not unique: the identity of clauses hangs on them."""
        super().clean()
        check_ids(self.body.raw_data)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page row and what follows from it: clause rows, and the duties of a published text, in one transaction.

        Raises:
            ValidationError: block ids, also where ``clean=False``.
            StaleDraft: the edit began from a text that has changed since.
            InReview: the draft is being reviewed.
            InTrash: it has been put into the trash.
        """
        from .following import follow
        from .presence import presence_of, tell_of_presence

        check_ids(self.body.raw_data)
        check_kept(self.pk)
        whole = kwargs.get("update_fields") is None
        if whole:
            check_start(self)
            if not self.live:
                check_not_in_review(self)
        self.number_key = normalise(self.document_number) if self.document_number else ""
        self.title_sound = " ".join(sounds(self.title))
        if self.live and not (self.issue_date or self.effective_from or self.counts_from):
            self.counts_from = self._kept_first_day() or timezone.localdate()  # it is not in force before it was published
        if self._state.adding and self.alias_of_id:
            self._become_alias()
        before, repealed_on = presence_of(self) if whole else None, self.repealed_on
        self.stood = self.stood or (before and before.stood)
        super().save(*args, **kwargs)
        if whole and self.started_from is not None and self.latest_revision_id is None:
            self.started_from = start_of(newest(self.pk))  # no revision yet: the row itself is the draft
        follow(self, kwargs.get("update_fields"))
        self.stood = None
        if before is not None:
            tell_of_presence(self, before, repealed_on=repealed_on)

    @transaction.atomic
    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """Save a revision and the clause rows of the working draft; duties follow only what is published.

        Raises:
            ValidationError: block ids, also where ``clean=False``.
            StaleDraft: the edit began from a text that has changed since.
            InReview: the draft is being reviewed.
            InTrash: it has been put into the trash.
        """
        from .projection import note_descent, project

        check_ids(self.body.raw_data)
        check_kept(self.pk)
        check_start(self)
        check_not_in_review(self)
        if self.live and self.live_revision_id is None:
            self._keep_what_stands()
        revision = super().save_revision(*args, **kwargs)
        if self.started_from is not None:
            self.started_from = start_of(newest(self.pk))
        if self.has_unpublished_changes or not self.live:
            project(self, draft=True)
        if self.descent is not None:
            note_descent(self, self.descent)
        return revision

    def _keep_what_stands(self) -> None:
        """Give a published page that came in without a revision (an import) one of the text that stands. Wagtail takes a page offline until the time
        for which a draft is scheduled, unless it knows what is published."""
        stands = type(self).objects.filter(pk=self.pk, live=True, live_revision=None).first()
        if stands is not None:
            self.live_revision = super(OpinionPage, stands).save_revision(changed=False, clean=False)
            type(self).objects.filter(pk=self.pk).update(live_revision=self.live_revision)

    def with_content_json(self, content: Any) -> "OpinionPage":
        """Return the page as a revision holds it; what belongs to the page as a whole is not taken from the revision.

        The live revision is among it: Wagtail takes it from the content, and a revision older than the first publication, put back and
        scheduled, would take the page offline until then.
        """
        page: OpinionPage = super().with_content_json(content)
        for name in ("public_key", "source_name", "reviewed_at", "validity_confirmed_on", "live_revision_id"):
            setattr(page, name, getattr(self, name))
        page.counts_from = page.counts_from or self.counts_from  # set by the first publication
        if page.repeal_found != self.repeal_found:  # found to be repealed, or no longer, since the revision was written
            for name in ("repealed_by_id", "repealed_on", "repeal_found"):
                setattr(page, name, getattr(self, name))
        return page

    def _kept_first_day(self) -> datetime.date | None:
        return type(self).with_trash.filter(pk=self.pk).values_list("counts_from", flat=True).first()

    def _become_alias(self) -> None:
        """Wagtail copies every field into an alias: give it a key of its own."""
        self.public_key = new_public_key()
        self.source_name = ""

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Remove an opinion for good, with its rows: one that lies in the trash.

        Raises:
            OpinionKept: it is not there, or people have decided on its duties.
        """
        from .removal import clear

        with transaction.atomic():
            clear(self)
            return super().delete(*args, **kwargs)

    @property
    def parts(self) -> list[Block]:
        """The placed blocks of the body."""
        return to_blocks(self.body.raw_data)

    @property
    def current_version(self) -> "OpinionVersion | None":
        """The newest published version, whose text the page holds."""
        from .projection import held

        return held(self)
