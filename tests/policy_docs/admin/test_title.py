"""The title of a document in the editor: official titles have 40 to 60 characters."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from policy_docs.opinions.drafts import newest
from tests.factories.opinions import import_text
from tests.policy_docs.admin.test_conflicts import edit, opened, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("live", [True, False])
def test_it_wraps_and_writes_no_slug_along(tmp_path: Path, live: bool) -> None:
    """Wagtail's own field looks for a slug, which this form does not hold: its script failed at each key."""
    office, page = signed_in("李静"), import_text(tmp_path, live=live)
    field = BeautifulSoup(office.get(edit(page)).content, "html.parser").select_one("#id_title")
    assert field is not None
    assert field.name == "textarea"
    assert field["maxlength"] == "255"
    assert "w-sync" not in str(field)


def test_pasted_in_several_lines_it_is_stored_in_one(tmp_path: Path) -> None:
    office, page = signed_in("李静"), import_text(tmp_path)
    pasted = "中共楚雄州委全面依法治州委员会\r\n关于加强综合治理从源头切实解决执行难问题的\r\n 实施意见\r\n"
    assert office.post(edit(page), {**opened(office, edit(page)), "title": pasted}).status_code == 302
    assert newest(page.pk).title == "中共楚雄州委全面依法治州委员会关于加强综合治理从源头切实解决执行难问题的实施意见"
