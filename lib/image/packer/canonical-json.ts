/** What JSON can say; `undefined` cannot get in by type. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One text for one value: keys sorted by code unit, no space. Digests are made of it. */
export const canonicalJson = (value: Json): string => JSON.stringify(sorted(value));

/** The same order for people: two spaces, a newline at the end. */
export const readableJson = (value: Json): string => `${JSON.stringify(sorted(value), null, 2)}\n`;

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as JsonObject);
  // fromEntries also takes `__proto__` for an ordinary key.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
