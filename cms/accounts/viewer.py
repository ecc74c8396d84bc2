"""Who looks: the required argument of every read for people."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import salted_hmac

from .models import READS_DIRECTORY, Role, User

_READERS = frozenset(Role.values) - {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a reader may see. ``role`` is "" for the public."""

    user_id: int | None = None
    role: str = ""
    unit_kind: str = ""
    place: str = ""
    superuser: bool = False

    @property
    def sees_all(self) -> bool:
        """Drafts and everything else: the coordination office."""
        return self.superuser or self.role == Role.COORDINATION

    @property
    def is_staff_reader(self) -> bool:
        """Published texts that are not open to the public: every role but the three administrators."""
        return self.superuser or self.role in _READERS

    @property
    def sees_suggestions(self) -> bool:
        """Duties not yet confirmed, marked 待核对: liaison officers and above."""
        return self.is_staff_reader

    @property
    def reads_directory(self) -> bool:
        """Contacts of member units (which of them, ``DirectoryEntry.objects.visible_to`` says)."""
        return self.superuser or self.role in READS_DIRECTORY

    @property
    def keeps_directory(self) -> bool:
        """May write the contacts of the own unit."""
        return self.sees_all or self.role == Role.LIAISON


PUBLIC = Viewer()
COORDINATION = Viewer(role=Role.COORDINATION)


def mark_of(user: User | AnonymousUser) -> str:
    """Return a sign for a person that says nothing of who it is: enough to tell whether two pages belong to the same one. "" for nobody."""
    return salted_hmac("cms.accounts.who", str(user.pk)).hexdigest()[:16] if user.pk else ""


def viewer_of(user: User | AnonymousUser) -> Viewer:
    """Return what a signed-in or anonymous user may see."""
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    return Viewer(user.pk, user.role, user.unit_kind, user.place, user.is_superuser)


class UnknownReader(LookupError):
    """No user of that name."""


def named_viewer(name: str) -> Viewer:
    """Return what the user of a name may see: «public» is the public, "" the coordination office (for commands, which the operator runs).

    Raises:
        UnknownReader: no such user.
    """
    if name in ("", "public"):
        return PUBLIC if name else COORDINATION
    user = User.objects.filter(username=name).first()
    if user is None:
        raise UnknownReader(name)
    return viewer_of(user)
