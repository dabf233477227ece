"""One file a family; a file dropped in here is registered."""
