"""Ways from a unit and from a document to bodies and to the directory, as far as the reader may go them."""

from django import template

from cms.accounts.viewer import Viewer
from policy_docs.directory.bodies import bodies_for, bodies_hosted, bodies_with
from policy_docs.directory.models import DirectoryEntry
from policy_docs.duties.selectors import Unit
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.models import Body

register = template.Library()


@register.simple_tag
def bodies_of(page: OpinionPage) -> list[Body]:
    """Bodies that a document, which the reader has before him, has set up; none of one that is only being written. One query."""
    return list(Body.objects.filter(opinion_id=page.pk).order_by("pk"))


@register.simple_tag
def bodies_that_seat(unit: Unit, viewer: Viewer) -> list[Body]:
    """Bodies on whose list a unit stands on the day asked. One query."""
    return bodies_with(unit, bodies_for(viewer))


@register.simple_tag
def bodies_that_it_hosts(unit: Unit, viewer: Viewer) -> list[Body]:
    """Bodies whose office is set in a unit on the day asked. One query."""
    return bodies_hosted(unit, bodies_for(viewer))


@register.simple_tag
def in_directory(unit: Unit, viewer: Viewer) -> bool:
    """Whether the reader can open the unit in the directory. One query, none for those who have no directory."""
    return viewer.reads_directory and DirectoryEntry.objects.visible_to(viewer).of_unit(unit.kind.key, unit.place.code, unit.vocabulary).exists()
