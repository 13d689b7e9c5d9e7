/** What an object is made of when it becomes text. */
export type PlainValue = string | number | boolean | null | PlainValue[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: PlainValue | undefined;
}

/**
 * A merge patch in the manner of RFC 7386: maps are merged, null removes, anything else replaces. Lists whose items
 * all have a `name` (containers, environment, ports, volumes) are merged item by item under that name, mounts under
 * their path: one volume may be mounted twice.
 */
export function merged(target: PlainValue | undefined, patch: PlainValue): PlainValue {
  if (isList(target) && isList(patch)) return mergedLists(target, patch);
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else if (value !== undefined) result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

type List = readonly PlainValue[];

/** Fields that tell the items of a list apart, the more telling one first. */
const KEYS = ['mountPath', 'name'] as const;

function mergedLists(target: List, patch: List): PlainValue {
  const key = KEYS.find((one) => tellsApart(one, target) && tellsApart(one, patch));
  if (key === undefined) return [...patch];
  const items = new Map<unknown, PlainValue>(target.map((item) => [field(item, key), item]));
  for (const item of patch) items.set(field(item, key), merged(items.get(field(item, key)), item));
  return [...items.values()];
}

/** Whether every item has a text of its own under `key`. */
function tellsApart(key: string, list: List): boolean {
  const values = list.map((item) => field(item, key));
  return values.length > 0 && values.every((one) => typeof one === 'string') && new Set(values).size === values.length;
}

const field = (item: PlainValue, key: string): unknown => (isObject(item) ? item[key] : undefined);

const isObject = (value: PlainValue | undefined): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: PlainValue | undefined): value is PlainValue[] => Array.isArray(value);
