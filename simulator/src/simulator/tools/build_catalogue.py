"""Builds the simulator's catalogue of operations from the facts folder: ``python -m simulator.tools.build_catalogue FACTS_FOLDER``.

The facts (operations.json, parameters.json) are themselves figures taken from Amazon's published models; only what the simulator enforces
is kept: routes, usage plans, who may call, and the rules of the parameters.
"""

import json
import sys
from pathlib import Path

KEPT = (
    "api",
    "version",
    "operation_id",
    "method",
    "path",
    "rate",
    "burst",
    "restricted",
    "rdt_data_elements",
    "grantless_scope",
    "sandbox_only",
)
TARGET = Path(__file__).parents[1] / "spapi" / "catalogue.json"


def main(facts: Path) -> None:
    """Writes one operation per line, so that a change of the facts is a readable diff."""
    operations = json.loads((facts / "operations.json").read_text())
    parameters = json.loads((facts / "parameters.json").read_text())
    lines = []
    for operation in operations:
        rules = parameters[f"{operation['method']} {operation['path']}"]
        entry = {name: operation[name] for name in KEPT if name in operation}
        entry |= {"params": rules["params"], "ok": rules["ok"], "produces": rules["produces"][0]}
        lines.append(json.dumps(entry, separators=(",", ":")))
    TARGET.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
