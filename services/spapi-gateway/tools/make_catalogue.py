# ruff: noqa: INP001 - a script of its own, in no package
"""Makes `data/operations.json` from the facts about Amazon's published models: `python tools/make_catalogue.py FACTS OUT`.

FACTS is a list of operations with api, version, operation_id, method, path, rate, burst, restricted, rdt_data_elements,
grantless_scope, deprecation and sandbox_only. What the gateway has to know beyond them stands here, with its reason.
"""

import json
import sys
from pathlib import Path
from typing import Any

# POST operations that only answer a question: they may be sent twice.
READING_POSTS = {
    "checkInboundEligibility",
    "validateContentDocumentAsinRelations",
    "listHandoverSlots",
    "getOffers",
    "getOrderPreview",
    "deliveryOffers",
    "getFulfillmentPreview",
    "getAdditionalSellerInputs",
    "getEligibleShipmentServices",
    "getMyFeesEstimates",
    "getMyFeesEstimateForASIN",
    "getMyFeesEstimateForSKU",
    "getCompetitiveSummary",
    "getFeaturedOfferExpectedPriceBatch",
    "getItemOffersBatch",
    "getListingOffersBatch",
    "listOfferMetrics",
    "listOffers",
    "getSellingPartnerMetrics",
    "getFixedSlotCapacity",
    "getRangeSlotCapacity",
    "getRates",
}
# Restricted only for some resources, or not certainly (shipping v1 getShipment is not in Amazon's list): the access token
# is tried first, an RDT when Amazon refuses it.
ON_REFUSAL = {"/reports/2021-06-30/documents/{reportDocumentId}", "/shipping/v1/shipments/{shipmentId}"}


def row_of(fact: dict[str, Any]) -> dict[str, Any]:
    """Return what the gateway keeps of one operation."""
    row = {name: fact[name] for name in ("api", "version", "operation_id", "method", "path")}
    row |= {name: fact[name] for name in ("rate", "burst") if fact.get(name)}
    if fact["method"] == "GET" or (fact["method"] == "POST" and fact["operation_id"] in READING_POSTS):
        row["read"] = True
    if fact.get("rdt_data_elements"):
        row |= {"rdt": "on_request", "data_elements": fact["rdt_data_elements"]}
    elif fact.get("restricted"):
        row["rdt"] = "on_refusal" if fact["path"] in ON_REFUSAL else "always"
    if fact.get("grantless_scope"):
        row["grantless_scope"] = fact["grantless_scope"]
    if fact.get("deprecation"):
        deprecation = fact["deprecation"]
        row |= {"deprecated_since": deprecation["deprecated_on"][:10].split(" ")[0]}
        row |= {name: deprecation[name] for name in ("removal", "successor") if deprecation.get(name)}
    if fact.get("sandbox_only"):
        row["sandbox_only"] = True
    return row


def main(facts: Path, out: Path) -> None:
    """Write all operations, sorted by path and method, one a line."""
    rows = [row_of(fact) for fact in json.loads(facts.read_text(encoding="utf-8"))]
    rows.sort(key=lambda row: (row["path"], row["method"]))
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    source = "amzn/selling-partner-api-models of 2026-08-05"
    out.write_text(f'{{"source": "{source}", "operations": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
