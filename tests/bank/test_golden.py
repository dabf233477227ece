"""What students see is under a snapshot, and versions follow it."""

from pathlib import Path

from bank import families, golden, registry

FOLDER = Path(families.__path__[0])


def test_students_see_what_golden_json_says():
    now = golden.seen_now(registry.all_families().values())
    changed = golden.changed(golden.written(FOLDER), now)
    kinds = sum(len(digests) for digests in now.values())
    assert not changed, f"students would see other bytes in {len(changed)} of {kinds}: `make golden` if that is meant"
