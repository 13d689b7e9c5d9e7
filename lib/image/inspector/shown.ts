const LONGEST = 80;

/** A name out of a file, fit for a message: no control characters, not longer than a line. */
export function shown(name: string): string {
  const printable = name.slice(0, LONGEST + 1).replace(/[^\x20-\x7e]/gu, '?');
  return printable.length > LONGEST ? `${printable.slice(0, LONGEST)}…` : printable;
}

/** The first few names of a list, and how many more there are. */
export function shownList(names: readonly string[], most = 3): string {
  const first = names.slice(0, most).map(shown).join(', ');
  return names.length > most ? `${first} and ${names.length - most} more` : first;
}
