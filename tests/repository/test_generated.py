"""Generated files say what the code says."""

import pytest
from django.conf import settings

from gdshare.portal import generated
from security.access import permissions
from security.access.permissions import Permission
from security.access.roles import ROLES


@pytest.mark.parametrize("name", generated.FILES)
def test_fresh(name):
    path = settings.BASE_DIR / name
    assert path.exists(), f"{name} is missing: run `make docs`"
    assert path.read_text(encoding="utf-8") == generated.FILES[name](), f"{name} is stale: run `make docs`"


def test_the_table_tells_every_role_and_permission():
    page = generated.permissions_page()
    assert all(role.label in page and role.code in page for role in ROLES.values())
    assert set(permissions.LABELS) == set(Permission)
    row = next(line for line in page.splitlines() if "AUDIT_VIEW" in line)
    marks = [cell.strip() for cell in row.split("|")[2:-1]]
    assert [role.code for role, mark in zip(ROLES.values(), marks, strict=True) if mark] == ["AUDIT_ADMIN"]


def test_the_three_administrators_hold_no_business_permission():
    business = {p for role in ROLES.values() if not role.is_exclusive for p in role.permissions}
    for role in ROLES.values():
        if role.is_exclusive:
            assert not role.permissions & business
