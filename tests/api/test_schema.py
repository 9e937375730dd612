"""The schema and its page: complete, in Chinese, from our own files."""

import pytest
import yaml

from gdshare.api.docs import operations
from gdshare.api.operations import OPERATIONS
from gdshare.portal import generated
from tests.client import check_page

SCHEMA = "/api/schema/"


@pytest.fixture(scope="module")
def schema() -> dict:
    return yaml.safe_load(generated.schema())


def test_every_operation_has_its_name(schema):
    assert set(operations(schema)) == set(OPERATIONS)


def test_every_operation_may_refuse_and_names_the_key(schema):
    for where, operation in operations(schema).items():
        answer = operation["responses"]["default"]["content"]["application/problem+json"]
        assert answer["schema"] == {"$ref": "#/components/schemas/Problem"}, where
        assert {"key": []} in operation["security"], where
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


@pytest.mark.parametrize("who", ["chen", "auditor"])
def test_schema_is_served_to_those_signed_in(api, cast, who):
    response = api(cast.people[who]).get(SCHEMA)
    assert response.status_code == 200
    assert response.content.decode().startswith("openapi: 3")


def test_schema_is_closed_to_nobody_known(api, db):
    assert api(None).get(SCHEMA).status_code == 401


def test_page_starts_swagger_from_our_own_files(web, cast):
    response = web(cast.chen).get("/api/docs/")
    html = response.content.decode()
    check_page(html)
    assert 'data-schema="/api/schema/"' in html
    assert "https://" not in html.replace('href="https://', "")
    policy = response["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy


def test_swaggers_files_are_there(settings):
    from django.contrib.staticfiles import finders

    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert finders.find(f"drf_spectacular_sidecar/swagger-ui-dist/{name}")
    assert finders.find("js/api-docs.js")
