"""Personal data is found wherever it stands alone, and case numbers pass."""

from __future__ import annotations

import pytest

from feeds.events import privacy

PERSONAL = {
    "resident_id": (
        "320282199001011234",
        "32028219900101123X",
        "id-320282199001011234",
        "320282900101123",
        "320282-19900101-1234",
    ),
    "mobile": (
        "13912345678",
        "c-13912345678",
        "139-1234-5678",
        "8613912345678",
        "+86 13912345678",
        "0086-13912345678",
    ),
    "landline": (
        "0510-87991234",
        "051087991234",
        "010-62345678",
        "(0510)87991234",
        "021 5123 4567",
        "400-820-8820",
        "+86-510-87991234",
    ),
    "bank_card": ("6222021234567890123", "6222-0212-3456-7890", "4111111111111111"),
    "email": ("someone@example.com", "c:a.b@c.cn"),
    "plate": ("苏B12345", "苏BD12345", "苏B·12345", "x苏B1234F", "京A12345警", "粤Z1234港"),
}
PLAIN = (
    "2024131393751",
    "c-2026-0001",
    "YX-20260930-000123",
    "9913912345678",
    "139123456789",
    "1763847140-12345678",
    "87991234",
    "550e8400-e29b-41d4-a716-446655440000",
    "320282112-g001",
    "2026-09-30",
    "00012345678",
    "goal-03",
    "1234567890123",
    "a13912345678bcdef0123456789abcdefa139123",
    "d41d8cd98f00b204e9800998ecf8427e",
)


@pytest.mark.parametrize(
    ("kind", "value"), [(k, v) for k, values in PERSONAL.items() for v in values]
)
def test_personal_data_is_found(kind: str, value: str) -> None:
    assert privacy.personal(value) == kind


@pytest.mark.parametrize("value", PLAIN)
def test_codes_pass(value: str) -> None:
    assert privacy.personal(value) is None
