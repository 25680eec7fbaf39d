/** Amazon's marketplace ids (SP-API guide, "Marketplace IDs"), by the country a seller knows them under. */
const COUNTRY_BY_ID: Readonly<Record<string, string>> = {
  ATVPDKIKX0DER: "US",
  A2EUQ1WTGCTBG2: "CA",
  A1AM78C64UM0Y8: "MX",
  A2Q3Y263D00KWC: "BR",
  A1F83G8C2ARO7P: "GB",
  A1PA6795UKMFR9: "DE",
  A13V1IB3VIYZZH: "FR",
  APJ6JRA9NG5V4: "IT",
  A1RKKUPIHCS9HS: "ES",
  A1805IZSGTT6HS: "NL",
  AMEN7PMS3EDWL: "BE",
  A28R8C7NBKEWEA: "IE",
  A2NODRKZP88ZB9: "SE",
  A1C3SOZRARQ6R3: "PL",
  A33AVAJ2PDY3EV: "TR",
  ARBP9OOSHTCHU: "EG",
  A17E79C6D8DWNP: "SA",
  A2VIGQ35RCS4UG: "AE",
  A21TJRUUN4KGV: "IN",
  AE08WJ6YKNBMC: "ZA",
  A1VC38T7YXB528: "JP",
  A39IBJ37TRP1C6: "AU",
  A19VAU5U5O7RUS: "SG",
};

export interface Marketplace {
  id: string;
  country: string;
  name: string;
}

export const DEFAULT_MARKETPLACE = "ATVPDKIKX0DER";

/** Every marketplace a seller can connect, by name in the reader's language. */
export function marketplaces(locale?: string): Marketplace[] {
  return Object.keys(COUNTRY_BY_ID)
    .map((id) => marketplace(id, locale))
    .sort((a, b) => a.name.localeCompare(b.name, locale));
}

/** What to call a marketplace; an id we do not know is its own name. */
export function marketplace(id: string, locale?: string): Marketplace {
  const country = COUNTRY_BY_ID[id];
  if (country === undefined) return { id, country: "", name: id };
  return { id, country, name: new Intl.DisplayNames(locale ?? "en", { type: "region" }).of(country) ?? country };
}
