import { lstatSync, lutimesSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isErrno } from './errno';

/**
 * Runs `work` while holding the lock `file`, in one process of this machine at a time.
 *
 * The lock is a symbolic link to the holder's process id, because a link is made together with its content: nobody ever
 * reads a lock that does not say yet whose it is. It is taken from a holder that died, and from one that has not
 * touched it for long: in a container the same process ids come again and again. Two waiters may take it at the same
 * moment and then both work; so the lock saves double work, and correctness must not rest on it.
 *
 * @param waiting told once, with the process id of the holder, when there is somebody to wait for
 */
export async function withFileLock<T>(
  file: string,
  work: () => Promise<T>,
  waiting: (holder: number) => void = () => undefined,
): Promise<T> {
  for (let told = false; !take(file); await delay(100)) {
    const holder = holderOf(file);
    if (holder !== undefined && (!isAlive(holder) || ageMs(file) > ABANDONED_AFTER_MS)) {
      rmSync(file, { force: true });
    } else if (holder !== undefined && !told) {
      waiting(holder);
      told = true;
    }
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  }
}

const HEARTBEAT_MS = 1_000;
const ABANDONED_AFTER_MS = 15_000;

/** Whether a process of this id runs, whoever owns it. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}

function take(file: string): boolean {
  try {
    symlinkSync(String(process.pid), file);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

const holderOf = (file: string) => unlessReleased(() => Number(readlinkSync(file)));

const ageMs = (file: string) => Date.now() - (unlessReleased(() => lstatSync(file).mtimeMs) ?? Date.now());

function touch(file: string): void {
  const now = new Date();
  unlessReleased(() => lutimesSync(file, now, now));
}

function unlessReleased<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}
