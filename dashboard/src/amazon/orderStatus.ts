/** Amazon's order states, as the 2026-01-01 API writes them (UPPER_SNAKE) or as v0 does (CamelCase), in plain words. */
export function statusWords(status: string): string {
  const words = status
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
