"""The demo: a small world in which orders arrive by themselves."""
