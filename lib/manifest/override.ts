/** What an object is made of when it becomes text. */
export type PlainValue = string | number | boolean | null | PlainValue[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: PlainValue | undefined;
}

/**
 * A merge patch in the manner of RFC 7386: maps are merged, null removes, anything else replaces. Lists whose items
 * all have a `name` (containers, environment, ports, volumes) are merged item by item under that name.
 */
export function merged(target: PlainValue | undefined, patch: PlainValue): PlainValue {
  if (isNamedList(target) && isNamedList(patch)) return mergedLists(target, patch);
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else if (value !== undefined) result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

type Named = PlainObject & { readonly name: string };

function mergedLists(target: readonly Named[], patch: readonly Named[]): PlainValue[] {
  const items = new Map<string, PlainValue>(target.map((item) => [item.name, item]));
  for (const item of patch) items.set(item.name, merged(items.get(item.name), item));
  return [...items.values()];
}

const isObject = (value: PlainValue | undefined): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNamedList = (value: PlainValue | undefined): value is Named[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => isObject(item) && typeof item.name === 'string');
