const { parse } = require('smol-toml') as { readonly parse: (text: string) => Record<string, unknown> };

export type TomlTable = Record<string, unknown>;

export const tomlDocument = (text: string): TomlTable => parse(text);

/** A table somewhere below, or undefined. */
export function tableAt(document: unknown, ...path: string[]): TomlTable | undefined {
  let value = document;
  for (const key of path) value = isTable(value) ? value[key] : undefined;
  return isTable(value) ? value : undefined;
}

/** What the documents say of a handler, by plugin; undefined when nothing. */
export function handlerTables(documents: readonly TomlTable[], handler: string): TomlTable | undefined {
  const found = documents.flatMap((document) =>
    Object.keys(tableAt(document, 'plugins') ?? {}).flatMap((plugin) => {
      const table = tableAt(document, 'plugins', plugin, 'containerd', 'runtimes', handler);
      return table === undefined ? [] : [[plugin, table] as const];
    }),
  );
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

const isTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
