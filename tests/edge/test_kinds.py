"""Every kind of rule-set that can be governed."""

from backend.core.i18n import translate
from backend.edge.kinds import gather
from backend.governance import kinds


def test_every_kind_of_rule_set_has_a_title_in_chinese() -> None:
    gather()
    assert [kind.name for kind in kinds.known() if translate("zh_CN", kind.title) == kind.title] == []
