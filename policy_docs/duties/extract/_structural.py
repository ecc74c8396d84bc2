"""The rules that the engine applies itself: what the structure of a text says of its duties, and not one group of names. Pure."""

from ._groups import Group
from ._verdict import Clause, Rule, Verdict


def _elsewhere(group: Group, clause: Clause) -> Verdict | None:
    """What the engine reads from the structure and not from one group."""
    return None


STRUCTURAL: tuple[Rule, ...] = (
    Rule("column", 3, "分工表“牵头单位”“责任单位”“配合单位”一栏下的单位", _elsewhere),
    Rule("carried", 2, "没有主语的后一句，承前一句的承担者", _elsewhere),
    Rule("unit_head", 1, "“公安机关工作职责”等只写单位的标题之下，没有主语的各项，承担者是该单位", _elsewhere),
    Rule("lead_in", 4, "“X履行下列职责：”“X应当……：”之下的各项，承担者是X", _elsewhere),
    Rule("court_head", 3, "“加强人民法院执行工作”等标题之下的部署，承担者是人民法院", _elsewhere),
    Rule("silent", 1, "标题、名单、落款、印发用语里的名称，只作提及", _elsewhere),
)
