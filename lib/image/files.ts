import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A file that was read, or the reason it was not, a clause. */
export type FileContent = { readonly bytes: Uint8Array } | { readonly reason: string };

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission is denied'],
  ['EPERM', 'permission is denied'],
  ['ELOOP', 'its symbolic links lead nowhere'],
  ['ENAMETOOLONG', 'the path is too long'],
  ['ERR_INVALID_ARG_VALUE', 'the path holds a null byte'],
]);

/** Reads an ordinary file once. A device or a pipe would have no end, or never begin. */
export function readRegularFile(path: string, mostBytes: number): FileContent {
  try {
    const file = statSync(path);
    if (file.isDirectory()) return { reason: 'it is a directory' };
    if (!file.isFile()) return { reason: 'it is not a regular file' };
    if (file.size > mostBytes) return { reason: `it has ${file.size} bytes, more than ${mostBytes}` };
    return { bytes: readFileSync(path) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** Why the operating system said no, in words that are the same on every machine. */
export function reasonOf(error: unknown): string {
  // Not `instanceof Error`: in a test runner or another context the errors of fs have a class of their own.
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return REASONS.get(code) ?? (code === '' ? 'an unknown error' : code);
}

export function readTextIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (reasonOf(error) === REASONS.get('ENOENT')) return undefined;
    throw error;
  }
}

/** Whether the file is there with just these bytes. */
export function isUpToDate(path: string, bytes: Uint8Array): boolean {
  try {
    return statSync(path).size === bytes.length && Buffer.compare(readFileSync(path), bytes) === 0;
  } catch {
    return false;
  }
}

/** Others see the old file or the new one, never half of it. The directory has to exist. */
export function writeAtomically(path: string, bytes: Uint8Array): void {
  const temporary = mkdtempSync(join(dirname(path), `.${basename(path).slice(0, 16)}-`));
  try {
    const file = join(temporary, 'new');
    writeFileSync(file, bytes);
    renameSync(file, path);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
