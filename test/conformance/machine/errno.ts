/**
 * Whether `error` is the operating system's error of one of these codes, such as `ENOENT`.
 * Not by `instanceof`: inside of jest, Node's own errors come from another realm.
 */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.some((code) => error.code === code);
}
