"""Telephone numbers as people write them."""

import pytest

from policy_docs.directory.phones import BadPhone, mobile, office


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13987654321", "13987654321"),
        ("139 8765 4321", "13987654321"),
        ("139-8765-4321", "13987654321"),
        ("+86 13987654321", "13987654321"),
        ("8613987654321", "13987654321"),
        ("１３９８７６５４３２１", "13987654321"),
        ("", ""),
    ],
)
def test_mobile(written: str, read: str) -> None:
    assert mobile(written) == read


@pytest.mark.parametrize("written", ["1398765432", "12987654321", "139876543210", "张三", "=1+1", "0878-3123456"])
def test_no_mobile(written: str) -> None:
    with pytest.raises(BadPhone):
        mobile(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0878-3123456", "0878-3123456"),
        ("08783123456", "0878-3123456"),
        ("（0878）3123456", "0878-3123456"),
        ("0878—3123456", "0878-3123456"),
        ("3123456", "3123456"),
        ("010-62345678转801", "010-62345678-801"),
        ("0878-3123456-801", "0878-3123456-801"),
        ("60123", "60123"),
        ("", ""),
    ],
)
def test_office(written: str, read: str) -> None:
    assert office(written) == read


@pytest.mark.parametrize("written", ["0878-31", "12", "局办公室", "=cmd", "0878-3123456/3123457"])
def test_no_office_number(written: str) -> None:
    with pytest.raises(BadPhone):
        office(written)
