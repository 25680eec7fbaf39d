import { expect, test } from "vitest";

import { byCurrency, formatMoney } from "../src/ui/money.ts";

test("an amount keeps every digit, also beyond what a float can hold", () => {
  expect(formatMoney({ currency: "USD", amount: "12345678901234567890.12" }, "en-US")).toBe(
    "$12,345,678,901,234,567,890.12",
  );
});

test("a sum that floats get wrong is shown as it was computed", () => {
  expect(formatMoney({ currency: "EUR", amount: "0.30" }, "en-US")).toBe("€0.30");
});

test("a currency without minor units shows none", () => {
  expect(formatMoney({ currency: "JPY", amount: "1200" }, "en-US")).toBe("¥1,200");
});

test("what is no decimal or no currency is shown as it came, not guessed at", () => {
  expect(formatMoney({ currency: "USD", amount: "1e5" }, "en-US")).toBe("1e5 USD");
  expect(formatMoney({ currency: "", amount: "5.00" }, "en-US")).toBe("5.00 ");
});

test("currencies are listed side by side in a stable order", () => {
  const amounts = [
    { currency: "USD", amount: "1.00" },
    { currency: "CAD", amount: "2.00" },
  ];
  expect(byCurrency(amounts).map((amount) => amount.currency)).toEqual(["CAD", "USD"]);
});
