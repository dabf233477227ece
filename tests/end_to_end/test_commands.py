"""`resit verify`, `stress`, `keys` and `migrate`, as typed at a terminal."""

import os
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlalchemy import text

import cli
from bank import registry
from bank.store import Store
from cli._terminal import show_table, table
from tests.end_to_end.instance import free_port
from tests.secret import SECRET


@pytest.fixture
def resit(tmp_path, monkeypatch):
    """Runs a command line in an empty home; its output and exit status come back."""
    monkeypatch.setenv("RESIT_HOME", str(tmp_path))
    monkeypatch.delenv("RESIT_DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "140")
    return lambda line: CliRunner().invoke(cli.main, line.split())


def test_every_command_explains_itself(resit):
    shown = resit("--help").output
    for name in ("keys", "migrate", "stress", "up", "verify"):
        assert name in shown
        assert resit(f"{name} --help").exit_code == 0


def test_a_module_dropped_into_the_folder_is_a_command(resit, tmp_path, monkeypatch):
    source = 'import click\n\n@click.command()\ndef say_hello():\n    "Greet."\n    click.echo("hello")\n'
    (tmp_path / "say_hello.py").write_text(source)
    monkeypatch.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
    assert "Greet." in resit("--help").output
    assert resit("say-hello").output == "hello\n"
    sys.modules.pop("cli.say_hello")


@pytest.mark.parametrize("name", ["nonsense", "_terminal", "-terminal", "say_hello"])
def test_what_is_no_command_is_refused(resit, name):
    assert resit(name).exit_code == 2


@pytest.mark.parametrize("columns", ["30", "140"])
def test_a_table_shows_names_as_they_are_and_whole_where_no_terminal_limits_it(resit, monkeypatch, columns):
    resit("migrate")
    monkeypatch.setenv("COLUMNS", columns)
    made = resit("keys create --scope lms --name [/b]moodle[of-the-faculty-of-mathematics]").output
    row = resit("keys list").output.splitlines()[1]
    assert row.split()[:3] == [made.split(".")[0], "lms", "[/b]moodle[of-the-faculty-of-mathematics]"]


def test_what_is_typed_again_is_never_cut_off(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = table("id", "name", "state", whole=("id",))
    shown.add_row("bank-0123456789abcdef", "A bank with a name that is long", "published")
    show_table(shown)
    assert "bank-0123456789abcdef" in capsys.readouterr().out


def test_help_and_keys_load_no_torch():
    script = "import sys, cli; cli.main(sys.argv[1:], standalone_mode=False); assert 'torch' not in sys.modules"
    for line in (["--help"], ["keys", "--help"]):
        subprocess.run([sys.executable, "-c", script, *line], check=True, capture_output=True)


def test_verify_confirms_each_kind_of_a_family(resit):
    done = resit("verify quadratic_layer_ratio --seeds 5")
    assert done.exit_code == 0
    kinds = registry.get("quadratic_layer_ratio").kinds
    rows = [line.split() for line in done.output.splitlines() if line.startswith(kinds)]
    assert [row[:5] for row in rows] == [[kind, "5", "5", "0", "0"] for kind in kinds]


def test_verify_fails_on_a_refuted_key_and_names_its_seed(resit, monkeypatch):
    family = registry.get("quadratic_layer_ratio")
    solve = family.solve
    monkeypatch.setattr(family, "solve", lambda question: solve(question) + 1)
    done = resit("verify quadratic_layer_ratio --seeds 3 --kind numeric")
    assert done.exit_code == 1
    assert "numeric: refuted, seed 2: claimed" in done.output


def test_stress_shows_where_the_right_option_stands(resit):
    done = resit("stress optimal_rate --seeds 100 --kind single_choice")
    assert done.exit_code == 0
    assert "100 seeds" in done.output
    assert "first draws refused" in done.output
    letters = next(line for line in done.output.splitlines() if "place of the right option" in line)
    assert all(f"{letter}: " in letters for letter in "abcd")


def test_stress_fails_where_a_seed_gives_an_error(resit, monkeypatch):
    def refuse(*_):
        raise ZeroDivisionError("by seed")

    monkeypatch.setattr(registry.get("quadratic_layer_ratio"), "pose", refuse)
    done = resit("stress quadratic_layer_ratio --seeds 2 --kind numeric")
    assert done.exit_code == 1
    assert "seed 1: ZeroDivisionError: by seed" in done.output


@pytest.mark.parametrize("command", ["verify", "stress"])
def test_an_unknown_family_or_kind_is_one_line(resit, command):
    assert "no family goes by that name" in resit(f"{command} nothing").output
    assert "is asked as" in resit(f"{command} quadratic_layer_ratio --kind song").output


def test_a_key_is_made_listed_and_revoked(resit, tmp_path):
    resit("migrate")
    made = resit("keys create --scope lms --name moodle").output.strip()
    store = Store(f"sqlite:///{tmp_path}/resit.sqlite")
    assert stat.S_IMODE((tmp_path / "resit.sqlite").stat().st_mode) == 0o600
    assert store.keys.check(made).scope == "lms"
    assert "moodle" in resit("keys list").output
    assert made not in resit("keys list").output
    prefix = made.partition(".")[0]
    assert resit(f"keys revoke {prefix}").exit_code == 0
    assert store.keys.check(made) is None
    assert resit(f"keys revoke {prefix}").exit_code == 1
    store.close()


KEY_COMMANDS = ("keys create --scope lms --name moodle", "keys list", "keys revoke 0123456789ab")


@pytest.mark.parametrize("line", KEY_COMMANDS)
def test_keys_where_there_is_no_record_say_so_and_make_none(resit, tmp_path, line):
    done = resit(line)
    assert done.exit_code == 1
    record = tmp_path / "resit.sqlite"
    assert done.output == f"Error: there is no record in {record}; `resit up` or `resit migrate` makes one\n"
    assert list(tmp_path.iterdir()) == []
    record.touch()
    assert resit(line).output == done.output
    assert record.stat().st_size == 0


@pytest.mark.parametrize("line", KEY_COMMANDS)
def test_keys_of_a_record_that_is_not_migrated_say_what_to_do(resit, tmp_path, line):
    with closing(Store(f"sqlite:///{tmp_path}/resit.sqlite")) as store:
        store.migrate("0001")
    done = resit(line)
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "`resit migrate`" in done.output


@pytest.mark.parametrize("line", [*KEY_COMMANDS, "migrate", "up"])
def test_a_record_of_a_newer_program_is_one_sentence(newer_record, line):
    words = [sys.executable, "-m", "cli", *line.split()]
    assert_one_sentence(words, newer_record, "Error: ")


@pytest.mark.parametrize(
    "line",
    [
        "gunicorn -c python:api.gunicorn.serving --bind 127.0.0.1:0 api.wsgi:app",
        "celery -A workers.main worker -Q bulk",
        "workers.sweeper",
    ],
)
def test_nobody_starts_with_a_record_of_a_newer_program(newer_record, line):
    assert_one_sentence([sys.executable, "-m", *line.split()], newer_record, "cannot start: ")


@pytest.mark.parametrize("name", ["supervisord.conf.draft", "keys.env", "secret.draft", "resit.sqlite"])
def test_a_home_in_which_a_file_cannot_be_written_is_one_sentence(tmp_path, name):
    (tmp_path / name).mkdir()
    environ = {**os.environ, "RESIT_HOME": str(tmp_path), "RESIT_PORT": str(free_port())}
    done = subprocess.run([sys.executable, "-m", "cli", "up"], env=environ, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Error: ")
    assert "cannot be used: " in done.stderr


def assert_one_sentence(words, environ, beginning):
    done = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=60)
    printed = done.stdout + done.stderr
    assert done.returncode != 0
    assert f"{beginning}the record is at revision 9999" in printed
    assert "Traceback" not in printed


@pytest.fixture
def newer_record(tmp_path):
    """The environment of programs that would use it."""
    url = f"sqlite:///{tmp_path / 'resit.sqlite'}"
    with closing(Store(url)) as store:
        store.migrate()
        with store.database.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    own = {"RESIT_HOME": str(tmp_path), "RESIT_PORT": str(free_port())}
    return {**os.environ, **own, "RESIT_DATABASE_URL": url, "RESIT_SECRET": SECRET}


def test_a_database_is_migrated_any_number_of_times(resit, tmp_path):
    assert [resit("migrate").exit_code for _ in range(2)] == [0, 0]
    store = Store(f"sqlite:///{tmp_path}/resit.sqlite")
    store.ready()
    store.close()


def test_a_database_that_is_away_is_one_line(resit, monkeypatch):
    monkeypatch.setenv("RESIT_DATABASE_URL", "postgresql+psycopg://resit@127.0.0.1:1/resit")
    done = resit("migrate")
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")


def test_without_torch_it_is_said_which_image_has_it():
    script = "import sys; sys.modules['torch'] = None; import cli; cli.main(['verify', 'gd_rate', '--seeds', '1'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the lab, and torch is not installed here" in done.stderr
    assert "docker compose exec worker resit" in done.stderr
    assert "Traceback" not in done.stderr


def test_lab_lists_experiments_and_keeps_what_is_run(resit):
    row = [line.split() for line in resit("lab").output.splitlines() if line.startswith("bias_start")]
    assert row[0][-1] == "-", "there is no record yet"
    assert resit("migrate").exit_code == 0
    done = resit("lab run bias_start")
    assert (done.exit_code, "2 results" in done.output) == (0, True)
    (listed,) = [line.split() for line in resit("lab").output.splitlines() if line.startswith("bias_start")]
    assert listed[-3] == "2" and float(listed[-2]) > 0 and listed[-1] == "cpu"
    again = resit("lab run bias_start").output
    assert again.splitlines()[-1] == done.output.splitlines()[-1], (
        "found in the record, with the seconds of the first run"
    )


def test_lab_says_which_criterion_is_not_met(resit, monkeypatch):
    from bank.lab.trainings import bias_start

    monkeypatch.setattr(bias_start, "LEAST_EFFECT", 0.5)
    assert resit("lab run bias_start --anew").exit_code == 1
    assert resit("lab run nonsense").exit_code == 1
    assert "the lab has no experiment 'nonsense'" in resit("lab run nonsense").output
