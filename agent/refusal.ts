/** Something the agent will not or cannot do, in one line for whoever reads the node's annotation. */
export class Refusal extends Error {}

/** One line, short enough for an annotation that people read in `kubectl describe`. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? withCause(error) : String(error);
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** fetch says only "fetch failed"; why is in its cause. */
function withCause(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const LONGEST = 1000;

export function isErrno(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.some((code) => error.code === code);
}
