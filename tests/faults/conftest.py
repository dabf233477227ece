"""The poison is for the workers of one test, not to be collected."""

collect_ignore = ["poison"]
