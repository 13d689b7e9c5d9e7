import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where there is such a place: the agent syncs every file that it writes, thousands of times in these tests. */
export const scratchDirectory = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

export const newScratch = (): string => mkdtempSync(join(scratchDirectory(), 'cdk8s-wasm-agent-'));
