"""The containers of compose.yaml write nothing but their volumes, have no rights, and get no secret."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("migrate", "web", "worker")


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_container_is_read_only_and_without_rights(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) <= {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    if name in OURS:
        assert "cap_add" not in service
        assert int(service["user"].split(":")[0]) >= 10_000
        assert service["volumes"] == ["data:/data"]
        assert all("noexec,nosuid,nodev" in place for place in service["tmpfs"])


def test_secrets_come_from_files_that_settings_read():
    settings = (ROOT / "integr8admin" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings))
    secrets = {"SECRET_KEY", "API_KEY_RING", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"}
    for name in OURS:
        environment = COMPOSE["services"][name]["environment"]
        assert {key.removesuffix("_FILE") for key in environment} <= read
        assert {f"{secret}_FILE" for secret in secrets} <= set(environment)
        assert not secrets & set(environment)
        named = {environment[f"{secret}_FILE"].rpartition("/")[2] for secret in secrets}
        assert named == set(COMPOSE["services"][name]["secrets"])
    assert set(COMPOSE["secrets"]) >= {
        secret for one in COMPOSE["services"].values() for secret in one["secrets"]
    }


def test_database_and_redis_are_reached_on_a_network_without_a_way_out():
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    unencrypted = COMPOSE["services"]["web"]["environment"]["UNENCRYPTED_HOSTS"].split(",")
    for host in unencrypted:
        assert COMPOSE["services"][host]["networks"] == ["inside"]
        assert "ports" not in COMPOSE["services"][host]
    assert COMPOSE["services"]["web"]["ports"] == ["127.0.0.1:8000:8000"]
