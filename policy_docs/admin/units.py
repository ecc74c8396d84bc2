"""Administration of units, aliases, places and unknown names; reforms are entered as events (``policy_docs.reforms``)."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from policy_docs.duties.models import UnknownUnitName
from policy_docs.units.models import Jurisdiction, MemberUnit, UnitAlias, UnitKind

from .choosers import FindingChooser
from .forms import JurisdictionForm, UnitKindForm
from .guarded import GuardedEditView, GuardedForm, TakingCreateView
from .stamped import StampedDeleteView

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _panels(form: type[GuardedForm], *names: str, key: str = "") -> ObjectList:
    """Return the panels of a form; ``key`` is one that people write once."""
    first = [FieldPanel(key, help_text=_("保存后不能修改。"))] if key else []
    return ObjectList([*first, *(FieldPanel(name) for name in names)], base_form_class=form)


def _flag(name: str, label: "StrOrPromise") -> Column:
    """Return a column that says 是 where it holds, nothing else."""
    return Column(name, label=label, accessor=lambda row: _("是") if getattr(row, name) else "", sort_key=name)


class UnitKindViewSet(SnippetViewSet):
    """Unit kinds."""

    model = UnitKind
    edit_view_class = GuardedEditView
    add_view_class = TakingCreateView
    delete_view_class = StampedDeleteView
    icon = "group"
    list_display = ["name", "short"] + [
        _flag(name, label) for name, label in (("is_group", _("集合称谓")), ("is_open", _("开放类别")), ("is_vertical", _("垂直管理")))
    ]
    search_fields = ["name", "key", "short"]
    chooser_viewset_class = FindingChooser
    search_backend_name = None  # these rows are in no index of Wagtail
    copy_view_enabled = False  # a copy would begin with a key that is taken
    edit_handler = _panels(UnitKindForm, "name", "short", "is_group", "is_open", "is_vertical", "names", key="key")


class UnitAliasViewSet(SnippetViewSet):
    """Ways of writing a kind."""

    model = UnitAlias
    edit_view_class = GuardedEditView
    add_view_class = TakingCreateView
    delete_view_class = StampedDeleteView
    icon = "tag"
    list_display = ["text", "kind", "form", "valid_until"]
    list_filter = ["form", "kind"]
    search_fields = ["text", "kind__name"]
    chooser_viewset_class = FindingChooser
    search_backend_name = None
    edit_handler = _panels(GuardedForm, "kind", "text", "form", "valid_until", "note")


class MemberUnitViewSet(SnippetViewSet):
    """Units of one place with a name of their own."""

    model = MemberUnit
    edit_view_class = GuardedEditView
    add_view_class = TakingCreateView
    delete_view_class = StampedDeleteView
    icon = "home"
    list_display = ["name", "kind", "jurisdiction"]
    search_fields = ["name", "former_names"]
    chooser_viewset_class = FindingChooser
    search_backend_name = None
    edit_handler = _panels(GuardedForm, "kind", "jurisdiction", "name", "former_names")


class JurisdictionViewSet(SnippetViewSet):
    """Places."""

    model = Jurisdiction
    edit_view_class = GuardedEditView
    add_view_class = TakingCreateView
    delete_view_class = StampedDeleteView
    icon = "globe"
    list_display = ["name", "code", "level", "parent"]
    list_filter = ["level"]
    search_fields = ["name", "code"]
    chooser_viewset_class = FindingChooser
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = _panels(JurisdictionForm, "name", "short_names", "level", "parent", "retired_on", key="code")


class UnknownNameViewSet(SnippetViewSet):
    """Names that no alias covers; ``FoundRowsPolicy`` says what may be done with them."""

    model = UnknownUnitName
    edit_view_class = GuardedEditView
    add_view_class = TakingCreateView
    delete_view_class = StampedDeleteView
    icon = "help"
    list_display = ["written", Column("opinion", label=_("文件"), accessor="clause.opinion.title"), _flag("ignored", _("不是单位"))]
    list_filter = ["ignored"]
    search_fields = ["written"]
    chooser_viewset_class = FindingChooser
    search_backend_name = None
    edit_handler = ObjectList([HelpPanel(template="policy_docs/admin/unknown_name.html"), FieldPanel("ignored")], base_form_class=GuardedForm)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnknownUnitName]:
        """Read the documents along."""
        return UnknownUnitName.objects.select_related("clause__opinion").defer("clause__opinion__body")


class UnitsGroup(SnippetViewSetGroup):
    """Everything that names are read with."""

    items = (UnitKindViewSet, UnitAliasViewSet, MemberUnitViewSet, JurisdictionViewSet, UnknownNameViewSet)
    menu_icon = "group"
    menu_label = _("单位与区划")
    menu_name = "units"
