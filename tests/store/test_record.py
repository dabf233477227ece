"""The rest of the record: variants, keys, migrations, and a database that is away."""

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bank import registry
from bank.errors import ContentMismatch, NoRecord, StoreUnavailable, UnknownRevision
from bank.identity import Identity
from bank.store import MIGRATIONS, Store, latest_revision
from bank.store.database import Database
from bank.store.tables import METADATA
from tests.secret import SECRET, named

RATIO = registry.get("quadratic_layer_ratio")


def test_a_variant_is_kept_to_the_byte(store):
    variant = named(RATIO.draft(7))
    store.variants.add([variant], "interactive")
    found = store.variants.find(variant.id)
    assert (found.public, found.private, found.params) == (variant.public, variant.private, variant.params)
    assert (found.state, found.seed, found.evidence) == ("drawn", 7, None)
    assert store.variants.find("quadratic_layer_ratio-0000000000000000") is None


def test_what_is_there_already_is_not_added_again(store):
    first = store.variants.add([named(RATIO.draft(1)), named(RATIO.draft(1))], "bulk")
    assert store.jobs.find(first).total == 1
    assert store.variants.add([named(RATIO.draft(1))], "bulk") is None
    assert store.jobs.find(store.variants.add([named(RATIO.draft(1)), named(RATIO.draft(2))], "bulk")).total == 1
    assert store.variants.census() == {("quadratic_layer_ratio", "drawn"): 2}


def test_whoever_has_the_code_and_not_the_secret_finds_nothing(sqlite_store):
    drafts = [RATIO.draft(seed) for seed in range(2000)]
    sqlite_store.variants.add([named(draft) for draft in drafts], "bulk")
    digests = {digest[:16] for draft in drafts for digest in (draft.content, draft.looks)}
    others = [Identity(secret) for secret in (b"", SECRET[:-1].encode())]
    guessed = [*(f"{RATIO.name()}-{digest}" for digest in digests), *(o.name(d) for o in others for d in drafts)]
    assert [name for name in guessed if sqlite_store.variants.find(name)] == []
    same = Identity(SECRET.encode())
    assert all(sqlite_store.variants.find(same.name(draft)) for draft in drafts[:50])


def test_somebody_who_waits_overtakes_the_batch(store):
    store.variants.add([named(RATIO.draft(seed)) for seed in range(5)], "bulk")
    store.variants.add([named(RATIO.draft(3))], "interactive")
    assert store.work.waiting() == {"bulk": 4, "interactive": 1}


def test_work_that_was_cancelled_is_opened_by_the_next_who_asks(store):
    first = store.variants.add([named(RATIO.draft(1))], "bulk")
    store.jobs.cancel(first)
    second = store.variants.add([named(RATIO.draft(1))], "interactive")
    assert store.jobs.find(second).state == "queued"
    assert store.variants.find(named(RATIO.draft(1)).id).job == second


def test_other_content_under_an_id_is_refused_and_nothing_of_it_is_kept(store):
    variant, fresh = named(RATIO.draft(1)), named(RATIO.draft(2))
    store.variants.add([variant], "bulk")
    with pytest.raises(ContentMismatch, match=variant.id):
        store.variants.add([fresh, replace(variant, content="f" * 64, private=b"{}")], "bulk")
    assert store.variants.find(variant.id).private == variant.private
    assert store.variants.find(fresh.id) is None


def test_a_key_opens_until_it_is_revoked(store):
    text = store.keys.create("lms", "moodle")
    key = store.keys.check(text)
    assert (key.scope, key.name) == ("lms", "moodle")
    assert store.keys.check(text[:-1]) is None
    assert store.keys.check("") is None
    assert store.keys.revoke(key.prefix)
    assert not store.keys.revoke(key.prefix)
    assert store.keys.check(text) is None
    assert [key.revoked is not None for key in store.keys.all()] == [True]


def test_the_text_of_a_key_is_stored_nowhere(sqlite_store, tmp_path):
    secret = sqlite_store.keys.create("admin", "root").partition(".")[2]
    sqlite_store.close()
    assert secret.encode() not in (tmp_path / "record.sqlite").read_bytes()


def test_the_migrations_make_the_tables_that_the_code_declares(store):
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_migrations_lay_the_tables_out_as_the_code_declares(sqlite_store):
    declared = {name: table.dialect_options["sqlite"]["with_rowid"] for name, table in METADATA.tables.items()}
    with sqlite_store.database.reading() as connection:
        options = {name: inspect(connection).get_table_options(name) for name in declared}
    assert {name: found.get("sqlite_with_rowid", True) for name, found in options.items()} == declared
    assert not declared["attempts"]


def test_a_record_that_is_away_is_not_waited_for_to_warm_up(tmp_path):
    (tmp_path / "file").touch()
    Store(f"sqlite:///{tmp_path / 'file' / 'record.sqlite'}").warm(3)


def test_the_latest_revision_is_the_head(tmp_path):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [latest_revision()]


def test_ready_tells_a_database_that_is_not_migrated(database_url):
    store = Store(database_url)
    with pytest.raises(StoreUnavailable):
        store.ready()
    store.migrate()
    store.migrate()
    store.ready()
    store.close()


def test_a_record_that_is_not_there_is_not_made_by_asking(database_url, tmp_path):
    with closing(Store(database_url)) as store:
        assert store.revision() is None
        with pytest.raises(NoRecord, match="there is no record in"):
            store.demand_migrated()
        store.demand_known()
        assert list(tmp_path.iterdir()) == []
        store.migrate()
        store.demand_migrated()


def test_a_record_of_a_newer_program_is_refused_by_whoever_would_use_it(store):
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (store.migrate, store.ready, store.demand_known, store.demand_migrated):
        with pytest.raises(UnknownRevision, match="revision 9999"):
            use()


def test_a_file_that_is_made_is_for_its_owner_only_and_one_that_was_there_keeps_its_rights(tmp_path):
    made, found = tmp_path / "made.sqlite", tmp_path / "found.sqlite"
    found.touch()
    found.chmod(0o640)
    for path in (made, found):
        with closing(Store(f"sqlite:///{path}")) as store:
            store.migrate()
            beside = [stat.S_IMODE(other.stat().st_mode) for other in tmp_path.glob(f"{path.name}*")]
            assert beside == [0o600 if path == made else 0o640] * 3
    with closing(Store("sqlite:///:memory:")) as store:
        assert store.database.file is None


def test_a_database_out_of_reach_is_one_kind_of_error(tmp_path):
    for url in (f"postgresql+psycopg://resit@/x?host={tmp_path}", "sqlite:////dev/null/x.sqlite"):
        with pytest.raises(StoreUnavailable):
            Store(url).variants.find("x")


def test_sqlite_keeps_what_it_acknowledged(sqlite_store, tmp_path):
    sqlite_store.variants.add([named(RATIO.draft(1))], "bulk")
    with sqlite3.connect(tmp_path / "record.sqlite") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with sqlite_store.database.reading() as reader:
        assert reader.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_way_to_write_the_url_is_understood(scheme):
    assert Database(f"{scheme}://resit@db/resit").url.drivername == "postgresql+psycopg"


def test_a_place_where_no_file_can_be_made_is_a_database_that_is_away(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        Store(f"sqlite:///{tmp_path}/file/record.sqlite").variants.find("quadratic_layer_ratio-0000000000000000")
