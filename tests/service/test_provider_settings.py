"""Settings of a provider: what would leak refuses to start."""

import os
from pathlib import Path

import pytest

from service.errors import NotConfigured
from service.settings.sign_in import OidcSettings

SECRET = "a-secret-of-the-client-27"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"TALENTPOOL_OIDC_ISSUER": "http://id.example"}, "TALENTPOOL_OIDC_ISSUER"),
        ({"TALENTPOOL_PUBLIC_URL": "http://talent.example"}, "TALENTPOOL_PUBLIC_URL"),
        ({"TALENTPOOL_OIDC_CLIENT_ID": ""}, "TALENTPOOL_OIDC_CLIENT_ID"),
        ({"TALENTPOOL_OIDC_CLIENT_SECRET_FILE": "/nowhere"}, "TALENTPOOL_OIDC_CLIENT_SECRET_FILE"),
    ],
)
def test_settings_of_a_provider_that_would_leak_are_refused(
    tmp_path: Path, changes: dict[str, str], place: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    secret.chmod(0o600)
    whole = {
        "TALENTPOOL_OIDC_ISSUER": "https://id.example",
        "TALENTPOOL_OIDC_CLIENT_ID": "talentpool",
        "TALENTPOOL_OIDC_CLIENT_SECRET_FILE": os.fspath(secret),
        "TALENTPOOL_PUBLIC_URL": "https://talent.example/",
    }
    read = OidcSettings.from_environment(whole)
    assert read is not None
    assert read.public_url == "https://talent.example"
    assert SECRET not in repr(read)
    with pytest.raises(NotConfigured) as refused:
        OidcSettings.from_environment({**whole, **changes})
    assert refused.value.place == place
