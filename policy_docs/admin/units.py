"""Administration of units, aliases, reforms, places and unknown names."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from policy_docs.duties.models import UnknownUnitName
from policy_docs.units.models import Jurisdiction, MemberUnit, Reform, UnitAlias, UnitKind

from .forms import FixedKeyForm


def _keyed(key: str, *others: str) -> ObjectList:
    """Return the panels of a model whose key people write, once."""
    first = FieldPanel(key, help_text=_("保存后不能修改。"))
    return ObjectList([first, *(FieldPanel(name) for name in others)], base_form_class=FixedKeyForm)


class UnitKindViewSet(SnippetViewSet):
    """Unit kinds."""

    model = UnitKind
    icon = "group"
    list_display = ["name", "key", "short", "is_group", "is_open", "is_vertical"]
    search_fields = ["name", "key", "short"]
    search_backend_name = None  # the database's own index does not find words inside Chinese names
    copy_view_enabled = False  # a copy would begin with a key that is taken
    edit_handler = _keyed("key", "name", "short", "is_group", "is_open", "is_vertical", "names")


class UnitAliasViewSet(SnippetViewSet):
    """Ways of writing a kind."""

    model = UnitAlias
    icon = "tag"
    list_display = ["text", "kind", "form", "valid_until"]
    list_filter = ["form", "kind"]
    search_fields = ["text", "kind__name"]
    search_backend_name = None
    panels = [FieldPanel(name) for name in ("kind", "text", "form", "valid_until", "note")]


class ReformViewSet(SnippetViewSet):
    """Reforms."""

    model = Reform
    icon = "redirect"
    list_display = ["predecessor", "successor", "scope", "prefecture_on"]
    list_filter = ["scope"]
    search_fields = ["predecessor__name", "successor__name", "basis"]
    search_backend_name = None
    panels = [
        FieldPanel(name) for name in ("predecessor", "successor", "scope", "function_words", "country_on", "province_on", "prefecture_on", "county_on", "basis")
    ]


class MemberUnitViewSet(SnippetViewSet):
    """Units of one place with a name of their own."""

    model = MemberUnit
    icon = "home"
    list_display = ["name", "kind", "jurisdiction"]
    search_fields = ["name", "former_names"]
    search_backend_name = None
    panels = [FieldPanel(name) for name in ("kind", "jurisdiction", "name", "former_names")]


class JurisdictionViewSet(SnippetViewSet):
    """Places."""

    model = Jurisdiction
    icon = "globe"
    list_display = ["name", "code", "level", "parent"]
    list_filter = ["level"]
    search_fields = ["name", "code"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = _keyed("code", "name", "short_names", "level", "parent", "retired_on")


class UnknownNameViewSet(SnippetViewSet):
    """Names that no alias covers; ``FoundRowsPolicy`` says what may be done with them."""

    model = UnknownUnitName
    icon = "help"
    list_display = ["written", "clause", "ignored"]
    list_filter = ["ignored"]
    search_fields = ["written"]
    search_backend_name = None
    panels = [FieldPanel("ignored")]


class UnitsGroup(SnippetViewSetGroup):
    """Everything that names are read with."""

    items = (UnitKindViewSet, UnitAliasViewSet, ReformViewSet, MemberUnitViewSet, JurisdictionViewSet, UnknownNameViewSet)
    menu_icon = "group"
    menu_label = _("单位与区划")
    menu_name = "units"
