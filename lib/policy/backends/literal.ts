/** A value as CEL source. JSON's texts are CEL's. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([field, one]) => `${literal(field)}: ${literal(one)}`)
      .join(', ')}}`;
  }
  throw new Error(`no parameter: ${String(value)}`);
}
