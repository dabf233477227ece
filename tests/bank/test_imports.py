"""Who may import what: the bank draws and grades without the lab's heavy libraries."""

import subprocess
import sys


def test_drawing_and_grading_load_no_heavy_library():
    script = (
        "import sys; from bank import registry; from bank.kinds import grading;"
        "[f.draft(1) for f in registry.all_families().values()];"
        "print([m for m in ('torch', 'numpy', 'matplotlib', 'sympy', 'flask', 'celery') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
