/** An amount as the API sends it: a decimal string and an ISO 4217 code. Never a float. */
export interface Money {
  currency: string;
  amount: string;
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

/**
 * The amount in the reader's locale, to the last digit.
 *
 * Intl reads a decimal *string* exactly (ECMA-402, NumberFormat v3), so no digit passes through a float. Whatever is
 * not a decimal, or not a currency, is shown as it came rather than guessed at.
 */
export function formatMoney({ currency, amount }: Money, locale?: string): string {
  if (!DECIMAL.test(amount)) return `${amount} ${currency}`;
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount as `${number}`);
  } catch {
    return `${amount} ${currency}`;
  }
}

/** Amounts in the order a reader scans them: by currency code. Different currencies are never added up. */
export function byCurrency(amounts: readonly Money[]): Money[] {
  return [...amounts].sort((a, b) => a.currency.localeCompare(b.currency));
}

export function formatCount(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(value);
}
