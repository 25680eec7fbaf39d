"""The control API under ``/_sim``: makes worlds, spoils answers, moves time, tells the truth."""
