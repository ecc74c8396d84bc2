"""Pages are packed on the way to the reader."""

import gzip

from django.test import Client

from cms.accounts.models import User


def test_pages_are_packed_for_browsers_that_take_it(db: None, client: Client) -> None:
    client.force_login(User.objects.create(username="u", role="coordination"), backend="django.contrib.auth.backends.ModelBackend")
    plain = client.get("/opinions/")
    packed = client.get("/opinions/", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert "政策文件" in gzip.decompress(packed.content).decode()
