"""Member units of the directory with persons, as their own accounts have written them."""

from cms.accounts.models import Role, User
from policy_docs.directory.actions import add_entries, save_contacts
from policy_docs.directory.models import DirectoryEntry
from policy_docs.directory.people import Person, Wanted

CITY, COUNTY, OTHER = "532300", "532301", "532322"  # 楚雄州, 楚雄市, 双柏县
LEADER = Person("leader", "罗世安", "副局长", "0878-3120001", "13900000001")
LIAISON = Person("liaison", "杨立群", "法制支队支队长", "0878-3120002", "13900000002")


def account(username: str, role: str = Role.LIAISON, kind: str = "public_security", place: str = CITY) -> User:
    """Return an account."""
    user: User = User.objects.create(username=username, display_name=username, role=role, unit_kind=kind, place=place)
    return user


def office() -> User:
    """Return the account of the coordination office."""
    return User.objects.filter(username="李静").first() or account("李静", Role.COORDINATION, "political_legal")


def entry(kind: str = "public_security", place: str = CITY, *people: Person) -> DirectoryEntry:
    """Return a unit that takes part, with persons."""
    add_entries([kind], place, actor=office())
    made = DirectoryEntry.objects.get(kind=kind, jurisdiction=place)
    if people:
        save_contacts(made, seen=made.revision, wanted=[Wanted(person) for person in people], actor=office())
        made.refresh_from_db()
    return made
