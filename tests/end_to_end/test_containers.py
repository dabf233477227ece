"""What docker-compose.yml and the Dockerfile declare; the images themselves need a Docker to be built."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PINNED = yaml.safe_load((ROOT / "docker-compose.override.yml").read_text())["services"]
SERVICES = COMPOSE["services"]
EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] != "#"
)
each_service = pytest.mark.parametrize("name", SERVICES)


def test_every_part_is_there():
    parts = {
        "postgres",
        "broker",
        "cache",
        "migrate",
        "api",
        "worker",
        "worker-interactive",
        "worker-training",
        "sweeper",
    }
    assert set(SERVICES) == parts


@each_service
def test_a_service_has_no_more_rights_than_it_needs(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["user"] not in ("root", "0")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"]
    assert not {"privileged", "cap_add", "pid", "network_mode"} & set(service)


@each_service
def test_a_service_is_bounded_and_watched(name):
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["pids_limit"]
    assert "healthcheck" in service or name == "migrate", "only what ends by itself needs no check"


def test_only_the_api_can_be_reached_and_only_its_network_leads_out():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["api"]
    assert [name for name, service in SERVICES.items() if service["networks"] != ["inside"]] == ["api"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_there_is_no_default_secret():
    text = (ROOT / "docker-compose.yml").read_text()
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEY)\w*)(.*?)\}", text)
    assert secrets
    assert all(rest.startswith(":?") for _, rest in secrets)
    assert EXAMPLE["POSTGRES_PASSWORD"] == EXAMPLE["RESIT_SECRET"] == ""
    ignored = subprocess.run(["git", "check-ignore", "--quiet", ".env"], cwd=ROOT)
    assert ignored.returncode == 0


def test_the_example_names_every_variable_that_is_read():
    read = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert read == set(EXAMPLE)


@pytest.mark.parametrize("name", ["migrate", "api", "worker", "worker-interactive", "worker-training", "sweeper"])
def test_the_settings_can_be_read(name):
    given = {variable: re.sub(r"\$\{.*?:-(.*?)\}", r"\1", value) for variable, value in environment(name).items()}
    settings = Settings.from_env(given)
    assert (settings.broker_url, settings.cache_url) == ("redis://broker:6379/0", "redis://cache:6379/0")
    assert settings.database_url.startswith("postgresql+psycopg://")


def test_only_those_who_name_variants_have_the_secret():
    holders = {name for name, service in SERVICES.items() if "RESIT_SECRET" in service.get("environment", {})}
    assert holders == {"api", *(name for name in SERVICES if name.startswith("worker"))}


def environment(name):
    return {variable: str(value) for variable, value in SERVICES[name]["environment"].items()}


def test_messages_are_kept_and_the_cache_forgets():
    assert SERVICES["broker"]["command"][-1] == "noeviction"
    assert SERVICES["cache"]["command"][-1] == "allkeys-lru"


def test_one_worker_is_kept_for_those_who_wait_and_the_other_can_be_scaled():
    for queue in ("interactive", "training"):
        assert queue in SERVICES[f"worker-{queue}"]["command"]
    assert not {"container_name", "ports", "hostname"} & set(SERVICES["worker"])


def test_the_image_of_the_api_has_no_torch():
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    api, worker = (next(stage for stage in stages if f"AS {name}" in stage) for name in ("api", "worker"))
    assert re.findall(r"locks/(\w+)\.txt", api) == ["api"]
    assert re.findall(r"locks/(\w+)\.txt", worker) == ["torch", "torch", "worker"], "the first is told of in a comment"
    assert not {"torch", "numpy", "matplotlib"} & {name for name, _ in locked("api")}
    assert all("USER resit" in stage for stage in (api, worker))


def test_what_libraries_keep_on_disk_lies_where_a_container_can_write():
    kept = re.findall(r"MPLCONFIGDIR=(\S+)", (ROOT / "Dockerfile").read_text())
    assert kept
    for name in ("worker", "worker-interactive", "worker-training"):
        writable = [mount.split(":")[0] for mount in SERVICES[name]["tmpfs"]]
        assert all(any(Path(place).is_relative_to(mount) for mount in writable) for place in kept)


def test_what_lies_beside_the_code_is_installed_with_it():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    tracked = subprocess.run(["git", "ls-files", *declared], cwd=ROOT, capture_output=True, text=True, check=True)
    beside = {path for path in tracked.stdout.split() if not path.endswith(".py")}
    packed = {found for package, patterns in declared.items() for each in patterns for found in _found(package, each)}
    assert beside - packed == set()


def _found(package, pattern):
    return (path.relative_to(ROOT).as_posix() for path in (ROOT / package).glob(pattern))


def test_who_builds_no_image_takes_that_of_another_service():
    built = {service["image"] for service in SERVICES.values() if "build" in service}
    for service in SERVICES.values():
        if service["image"] in built:
            assert "build" in service or service["pull_policy"] == "never"


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if service.get("pull_policy") != "never"])
def test_every_image_is_pinned_by_its_digest(name):
    built = "build" in SERVICES[name]
    image = PINNED[name]["build"]["args"]["PYTHON"] if built else PINNED[name]["image"]
    tag = re.search("^ARG PYTHON=(.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1] if built else None
    assert re.fullmatch(re.escape(tag or SERVICES[name]["image"]) + "@sha256:[0-9a-f]{64}", image)


def locked(name):
    """What a lock pins, each with at least one digest; the same name twice where Pythons differ."""
    entries = re.split(r"\n(?=\S)", (ROOT / "locks" / f"{name}.txt").read_text())
    pins = [entry for entry in entries if not entry.startswith("#")]
    assert pins
    assert [entry for entry in pins if "--hash=sha256:" not in entry] == []
    requirements = [Requirement(entry.split(" \\\n")[0]) for entry in pins]
    return [(requirement.name, str(requirement.specifier).removeprefix("==")) for requirement in requirements]


@pytest.mark.parametrize(("images", "extra"), [(["api"], None), (["worker", "torch"], "lab")])
def test_the_locks_hold_what_the_project_asks_for(images, extra):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else ())]
    pins = [pin for image in images for pin in locked(image)]
    for requirement in map(Requirement, asked):
        versions = [version for name, version in pins if name == requirement.name]
        assert versions, f"make lock: {requirement}"
        assert all(requirement.specifier.contains(version) for version in versions), f"make lock: {requirement}"


def test_a_build_takes_nothing_that_is_not_locked_and_leaves_no_source():
    installs = re.findall(r"pip (?:install|wheel) .*", (ROOT / "Dockerfile").read_text())
    assert len(installs) == 7
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    assert ["COPY" in stage for stage in stages if re.search(r"AS (?:base|api|worker)", stage)] == [False] * 3


def test_the_api_is_as_large_as_its_limits_and_not_as_its_host():
    api = SERVICES["api"]
    assert environment("api")["WEB_CONCURRENCY"] == "${WEB_CONCURRENCY:-2}"
    assert api["cpus"] == int(EXAMPLE["WEB_CONCURRENCY"]) == 2


@each_service
def test_health_is_known_soon_and_nothing_is_left_in_a_volume(name):
    service = SERVICES[name]
    if "healthcheck" in service:
        assert service["healthcheck"]["start_interval"] == "1s"
    if service["image"].startswith("valkey/"):
        assert any(mount.startswith("/data:") for mount in service["tmpfs"])


def test_nothing_but_the_source_gets_into_an_image():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert all((ROOT / line[1:]).exists() for line in ignored if line.startswith("!"))


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="there is no docker-compose to ask")
def test_docker_compose_takes_it_with_its_secrets_only(tmp_path):
    nothing = tmp_path / "empty.env"
    nothing.touch()

    def config(environ):
        command = ["docker-compose", "--env-file", nothing, "config", "-q"]
        return subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"], **environ}, capture_output=True)

    both = {"POSTGRES_PASSWORD": "abc", "RESIT_SECRET": "x" * 32}
    assert config(both).returncode == 0
    for name in both:
        assert config({name: both[name]}).returncode != 0
