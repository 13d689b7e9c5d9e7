import { isSameQuantity } from './quantity';

/**
 * The path of everything in `sent` that `readBack` lacks or has otherwise; `[]` when it differs by additions only, which
 * is what the server's defaults are. Lists are compared by position; quantities by value.
 */
export function missingFrom(sent: unknown, readBack: unknown): string[] {
  return [...missing(sent, readBack, '')];
}

function* missing(sent: unknown, readBack: unknown, path: string): Generator<string> {
  if (sent === readBack || isSameQuantity(sent, readBack)) return;
  if (Array.isArray(sent) && Array.isArray(readBack)) {
    for (const [index, item] of sent.entries()) yield* missing(item, readBack[index], `${path}[${index}]`);
  } else if (isRecord(sent) && isRecord(readBack)) {
    for (const [field, value] of Object.entries(sent)) {
      // undefined is what JSON leaves out: it was never sent
      if (value !== undefined) yield* missing(value, readBack[field], path + step(field, path));
    }
  } else {
    yield path;
  }
}

function isRecord(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function step(field: string, path: string): string {
  if (!/^[A-Za-z_]\w*$/.test(field)) return `[${JSON.stringify(field)}]`;
  return path === '' ? field : `.${field}`;
}
