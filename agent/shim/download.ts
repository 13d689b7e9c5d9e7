import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal, reasonOf } from '../refusal';

/**
 * Leaves what the URL gives in `file` and checks it. Nothing looks into the file before its digest is known to be right.
 * @param sha256 64 lower-case hexadecimal digits
 */
export async function download(url: string, sha256: string, file: string, pausesMs = PAUSES_MS): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      const found = await fetchInto(url, file);
      if (found === sha256) return;
      throw new Refusal(`${url} has the sha256 ${found}, not ${sha256}`);
    } catch (error) {
      const pause = pausesMs[attempt];
      if (pause === undefined || error instanceof Refusal) {
        throw error instanceof Refusal ? error : new Refusal(`${url} cannot be fetched: ${reasonOf(error)}`);
      }
      await delay(pause);
    }
  }
}

const PAUSES_MS = [1_000, 5_000, 15_000];

async function fetchInto(url: string, path: string): Promise<string> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!reply.ok || reply.body === null) throw new Error(`HTTP ${reply.status}`);
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of reply.body) {
      hash.update(chunk);
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** A hundred megabytes over a bad line. */
const TIMEOUT_MS = 600_000;
