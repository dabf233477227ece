"""Exams: blueprints, the banks that are built of them, draws, corrections and reports."""
