"""The folder of an instance: its keys, its socket, its settings."""

import os
import shlex
import shutil
import stat
from io import StringIO
from pathlib import Path

import click
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from redis.connection import parse_url as parse_redis_url

from bank.store.database import Database
from embedded import keys_file
from embedded.foreground import ForegroundOptions
from embedded.home import Home
from embedded.programs import supervisor_config
from embedded.starting import provide_keys, provide_secret
from settings import Settings
from tests.secret import SECRET

HOMES = Path("/srv/homes")  # of which nothing is made


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


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def deep(tmp_path):
    """A home whose path is too long for a socket in it."""
    home = Home(tmp_path / ("x" * 120))
    yield home
    shutil.rmtree(home.redis, ignore_errors=True)


def test_a_home_with_a_long_path_has_its_socket_elsewhere(deep, tmp_path):
    deep.make()
    assert len(str(deep.socket)) < 100
    assert rights(deep.redis) == 0o700
    assert Home(tmp_path / ("y" * 120)).redis != deep.redis


def test_a_folder_that_others_laid_out_for_the_socket_is_refused(deep):
    deep.redis.mkdir()
    deep.redis.chmod(0o755)
    with pytest.raises(click.ClickException, match="others than you"):
        deep.make()
    assert rights(deep.redis) == 0o755


def test_every_start_has_a_socket_of_its_own_and_those_before_it_go(tmp_path):
    before, now = Home(tmp_path), Home(tmp_path)
    assert before.socket != now.socket
    now.make()
    before.socket.touch()
    (now.beats / "7.child").touch()
    now.clear()
    assert [*now.redis.iterdir(), *now.beats.iterdir()] == []


def test_a_folder_that_was_there_keeps_its_rights_and_what_is_made_in_it_is_private(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o775)
    Home(shared).make()
    assert rights(shared) == 0o775
    assert {rights(folder) for folder in shared.iterdir()} == {0o700}
    Home(tmp_path / "a" / "new").make()
    assert rights(tmp_path / "a" / "new") == 0o700


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", os.fsdecode(b"a\xff")])
def test_a_home_whose_name_no_text_can_hold_is_refused_in_one_sentence(tmp_path, name):
    with pytest.raises(click.ClickException, match="cannot be used: its name"):
        Home(tmp_path / name).make()
    assert list(tmp_path.iterdir()) == []


NAMES = some.text(some.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/"), min_size=1, max_size=40)


@settings(deadline=None)
@given(NAMES.filter(lambda name: name not in (".", "..")))
@example("50%25 %s %(here)s ;b #c 'q\" ü?x[1]&+")
@example(" ;")
@example("a';#b\\ ")
def test_whatever_is_in_its_name_the_supervisor_and_the_database_find_it(name):
    home = Home(HOMES / name)
    options = ForegroundOptions(home)
    options.configfile = StringIO(supervisor_config(home))
    section = options.read_config(options.configfile)
    storage, _ = section.process_group_configs
    (redis,) = storage.process_configs
    assert {str(home.socket), str(home.redis)} < set(shlex.split(redis.command))
    assert redis.stdout_logfile == f"{HOMES}/{name}/log/redis.log"
    assert section.logfile == f"{HOMES}/{name}/log/supervisord.log"
    assert Database(home.database_url({})).file == HOMES / name / "resit.sqlite"
    environ = home.environment({})
    assert parse_redis_url(environ["RESIT_CACHE_URL"])["path"] == str(home.socket)


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(click.ClickException, match="cannot be used"):
        Home(tmp_path / "file" / "home").make()


def test_a_home_that_cannot_be_locked_is_named(tmp_path):
    (tmp_path / "lock").mkdir()
    with pytest.raises(click.ClickException, match=f"{tmp_path} cannot be used: Is a directory"):
        Home(tmp_path).lock()


def test_what_the_user_set_stays_and_the_private_redis_is_used(tmp_path):
    home = Home(tmp_path)
    environ = home.environment(
        {"RESIT_DATABASE_URL": "postgresql://x/y", "RESIT_ATTEMPTS": "5", "RESIT_CACHE_URL": "z"}
    )
    assert environ["RESIT_DATABASE_URL"] == "postgresql://x/y"
    assert environ["RESIT_ATTEMPTS"] == "5"
    assert str(home.socket) in environ["RESIT_CACHE_URL"]
    assert environ["RESIT_BEATS_DIR"] == str(home.beats)


def test_the_service_is_stopped_before_its_redis_and_within_ten_seconds(tmp_path):
    config = supervisor_config(Home(tmp_path))
    assert config.index("[group:storage]") < config.index("[group:service]")
    waits = [int(line.split()[-1]) for line in config.splitlines() if line.startswith("stopwaitsecs")]
    assert waits[0] + max(waits[1:]) < 10
