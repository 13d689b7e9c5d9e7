/** Something the agent will not or cannot do, in one line for whoever reads the node's annotation. */
export class Refusal extends Error {}

/** One line, short enough for an annotation that people read in `kubectl describe`. */
export function reasonOf(error: unknown): string {
  const line = textOf(error).replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** fetch says only "fetch failed"; why is in its cause. */
function textOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const cause = 'cause' in error && error.cause !== undefined ? `: ${textOf(error.cause)}` : '';
  return `${String(error.message)}${cause}`;
}

const LONGEST = 1000;

export function isErrno(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.some((code) => error.code === code);
}
