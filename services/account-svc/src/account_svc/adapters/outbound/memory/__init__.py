"""The fakes that all test levels share; each passes the contract suite of its port."""
