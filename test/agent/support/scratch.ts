import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where there is such a place: the agent syncs every file that it writes, thousands of times in these tests. */
export const scratchDirectory = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

/** A folder that is gone when this file's tests are over. */
export function newScratch(): string {
  const scratch = mkdtempSync(join(scratchDirectory(), 'cdk8s-wasm-agent-'));
  made.push(scratch);
  return scratch;
}

const made: string[] = [];
afterAll(() => {
  for (const scratch of made.splice(0)) rmSync(scratch, { recursive: true, force: true });
});
