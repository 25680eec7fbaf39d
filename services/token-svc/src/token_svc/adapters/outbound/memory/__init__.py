"""Stateful fakes with fault switches; each passes the contract suite of its port."""
