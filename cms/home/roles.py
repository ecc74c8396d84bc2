"""What each role may do in the administration: a group of the role's name with its permissions, kept in step at each migration."""

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Collection, GroupApprovalTask, GroupCollectionPermission, GroupPagePermission, Page, PageLogEntry, Workflow

from cms.accounts.models import ENTERS_ADMIN, Role

_ALL = ("add", "change", "delete", "view")
# role → (app label, model, verbs)
_MODELS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    Role.COORDINATION: (
        *(("policy_docs", model, _ALL) for model in ("unitkind", "unitalias", "memberunit", "jurisdiction")),
        ("policy_docs", "unknownunitname", ("change", "view")),
        ("search", "everydayword", ("add", "change", "view")),
    ),
    Role.SYSTEM_ADMIN: (("accounts", "user", _ALL),),
    Role.AUDIT_ADMIN: (("audit", "auditentry", ("view",)),),
}
_PAGES = {Role.COORDINATION: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")}
_WAGTAILS = "Moderators approval"  # the workflow that Wagtail's migrations make
_FILES = {Role.COORDINATION: ("add_document", "change_document", "choose_document", "add_image", "change_image", "choose_image")}


def ensure_groups() -> None:
    """Give each role its group with exactly the permissions above; does nothing before Wagtail's own tables are there."""
    root = Page.objects.filter(depth=1).first()
    collection = Collection.get_first_root_node()
    if root is None or collection is None:
        return
    for role in Role:
        group, _created = Group.objects.get_or_create(name=role.label)
        group.permissions.set(_permissions(role))
        GroupPagePermission.objects.filter(group=group).exclude(permission__codename__in=_PAGES.get(role, ())).delete()
        for permission in Permission.objects.filter(codename__in=_PAGES.get(role, ()), content_type__app_label="wagtailcore"):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        for permission in Permission.objects.filter(codename__in=_FILES.get(role, ())):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    _ensure_review()
    with translation.override(settings.LANGUAGE_CODE):
        _name_what_is_stored()


_VERBS = {
    "add": gettext_lazy("添加%s"),
    "change": gettext_lazy("修改%s"),
    "delete": gettext_lazy("删除%s"),
    "view": gettext_lazy("查看%s"),
    "choose": gettext_lazy("选用%s"),
}


def _name_what_is_stored() -> None:
    """Give what Django and Wagtail store in English a name that people understand: permissions, the roots; drop their groups that nobody is in."""
    renamed = []
    for item in Permission.objects.select_related("content_type"):
        model, verb = item.content_type.model_class(), item.codename.partition("_")[0]
        plain = model is not None and verb in _VERBS and item.codename == f"{verb}_{model._meta.model_name}"
        name = str(_VERBS[verb]) % model._meta.verbose_name if model is not None and plain else _(item.name)
        if item.name != name:
            item.name = name
            renamed.append(item)
    Permission.objects.bulk_update(renamed, ["name"])
    Group.objects.filter(name__in=("Editors", "Moderators"), user=None).delete()
    Page.objects.filter(depth=1, title="Root").update(title=_("全部页面"), draft_title=_("全部页面"))
    Collection.objects.filter(depth=1, name="Root").update(name=_("全部"))
    PageLogEntry.objects.filter(label="Welcome to your new Wagtail site!").delete()  # of the page that gave way to ours


def _ensure_review() -> None:
    """Give Wagtail's workflow a name that people understand and reviewers that exist; one that somebody has renamed is left alone."""
    renamed = GroupApprovalTask.objects.filter(name=_WAGTAILS).first()
    if renamed is not None:
        renamed.name = _("文件审核")
        renamed.save(update_fields=["name"])
        renamed.groups.set([Group.objects.get(name=Role.COORDINATION.label)])
    Workflow.objects.filter(name=_WAGTAILS).update(name=_("文件审核"))


def _permissions(role: Role) -> list[Permission]:
    wanted = Q(pk__in=[])
    for label, model, verbs in _MODELS.get(role, ()):
        apps.get_model(label, model)  # a renamed model must not silently lose its permission
        wanted |= Q(content_type__app_label=label, content_type__model=model, codename__in=[f"{verb}_{model}" for verb in verbs])
    if role in ENTERS_ADMIN:
        wanted |= Q(content_type__app_label="wagtailadmin", codename="access_admin")
    return list(Permission.objects.filter(wanted))
