"""The folder of an instance: its keys, its socket, its settings."""

import stat

import click
import pytest

from embedded import keys_file
from embedded.home import Home
from embedded.programs import supervisor_config
from embedded.starting import provide_keys, provide_secret
from settings import Settings
from tests.secret import SECRET


def prefix(key):
    return key.partition(".")[0]


def test_keys_are_made_once_for_each_scope(sqlite_store, tmp_path):
    path = tmp_path / "keys.env"
    assert provide_keys(sqlite_store, path)
    kept = keys_file.read(path)
    assert {scope: sqlite_store.keys.check(key).scope for scope, key in kept.items()} == {name: name for name in kept}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not provide_keys(sqlite_store, path)
    assert keys_file.read(path) == kept


def test_a_revoked_key_is_not_made_anew_and_a_lost_one_is(sqlite_store, tmp_path):
    path = tmp_path / "keys.env"
    provide_keys(sqlite_store, path)
    kept = keys_file.read(path)
    sqlite_store.keys.revoke(prefix(kept["lms"]))
    keys_file.write(path, {scope: key for scope, key in kept.items() if scope != "admin"})
    assert provide_keys(sqlite_store, path)
    now = keys_file.read(path)
    assert {scope for scope in kept if now[scope] != kept[scope]} == {"admin"}


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    path = Home(tmp_path).secret
    provide_secret(path)
    made = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    provide_secret(path)
    assert path.read_text() == made
    assert list(tmp_path.iterdir()) == [path]
    provide_secret(tmp_path / "another")
    assert (tmp_path / "another").read_text() != made
    environ = Home(tmp_path).environment({})
    assert Settings.from_env(environ).installation_secret().decode() == made.strip()
    assert made.strip() not in environ.values()


def test_a_secret_that_the_user_set_is_the_one(tmp_path):
    home = Home(tmp_path)
    assert "RESIT_SECRET_FILE" not in home.environment({"RESIT_SECRET": SECRET})
    assert home.environment({"RESIT_SECRET_FILE": "/run/secret"})["RESIT_SECRET_FILE"] == "/run/secret"


def test_a_home_with_a_long_path_has_its_socket_elsewhere(tmp_path):
    deep = Home(tmp_path / ("x" * 120))
    deep.make()
    assert len(str(deep.socket)) < 100
    assert stat.S_IMODE(deep.socket.parent.stat().st_mode) == 0o700
    assert Home(tmp_path / ("y" * 120)).socket != deep.socket
    deep.socket.parent.rmdir()


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(click.ClickException, match="cannot be used"):
        Home(tmp_path / "file" / "home").make()


def test_what_the_user_set_stays_and_the_private_redis_is_used(tmp_path):
    home = Home(tmp_path)
    environ = home.environment(
        {"RESIT_DATABASE_URL": "postgresql://x/y", "RESIT_ATTEMPTS": "5", "RESIT_CACHE_URL": "z"}
    )
    assert environ["RESIT_DATABASE_URL"] == "postgresql://x/y"
    assert environ["RESIT_ATTEMPTS"] == "5"
    assert str(home.socket) in environ["RESIT_CACHE_URL"]


def test_the_service_is_stopped_before_its_redis_and_within_ten_seconds(tmp_path):
    config = supervisor_config(Home(tmp_path))
    assert config.index("[group:storage]") < config.index("[group:service]")
    waits = [int(line.split()[-1]) for line in config.splitlines() if line.startswith("stopwaitsecs")]
    assert waits[0] + max(waits[1:]) < 10
