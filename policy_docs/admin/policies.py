"""Who may do what with the rows of the administration, where the roles' permissions do not say it all."""

from collections.abc import Iterable

from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from cms.accounts.models import User


class FoundRowsPolicy(ModelPermissionPolicy):
    """Rows that reading a text makes: nobody adds one by hand or deletes one (the next reading would bring it back); they are only judged."""

    _JUDGED = frozenset({"change", "view"})

    def user_has_permission(self, user: User, action: str) -> bool:
        """As the permissions say, for judging alone."""
        return action in self._JUDGED and super().user_has_permission(user, action)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        """Those who may judge."""
        return super().users_with_any_permission(self._JUDGED & set(actions))
