"""`resit verify`, `stress`, `keys` and `migrate`, as typed at a terminal."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

import cli
from bank import registry
from bank.store import Store


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
    text = resit("keys create --scope lms --name moodle").output.strip()
    store = Store(f"sqlite:///{tmp_path}/resit.sqlite")
    assert store.keys.check(text).scope == "lms"
    assert "moodle" in resit("keys list").output
    assert text not in resit("keys list").output
    prefix = text.partition(".")[0]
    assert resit(f"keys revoke {prefix}").exit_code == 0
    assert store.keys.check(text) is None
    assert resit(f"keys revoke {prefix}").exit_code == 1
    store.close()


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
