/** JSON that may be anything: a bootstrap after a patch is whatever the patch made of it. */
export interface Tree {
  readonly [key: string]: unknown;
}

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const trees = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);

/** Follows keys as far as they lead; a number is a place in a list. */
export function at(value: unknown, ...keys: (string | number)[]): unknown {
  let here = value;
  for (const key of keys) {
    if (typeof key === 'number') here = Array.isArray(here) ? here[key] : undefined;
    else here = isTree(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

/** Every object below `value` that has `key`, with `value` itself. */
export function having(value: unknown, key: string): Tree[] {
  if (Array.isArray(value)) return value.flatMap((one) => having(one, key));
  if (!isTree(value)) return [];
  const below = Object.values(value).flatMap((one) => having(one, key));
  return Object.hasOwn(value, key) ? [value, ...below] : below;
}

/** For messages: the name of a listener or cluster. */
export const nameOf = (value: Tree): string => (typeof value.name === 'string' ? value.name : '(without a name)');
