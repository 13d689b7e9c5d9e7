import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CLONE = join(__dirname, '../..');

/** A folder for the tests of one file, gone after them. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
