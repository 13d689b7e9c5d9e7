import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { Refusal } from '../refusal';
import { makeDirectory } from './durable-file';

/**
 * Runs `work` while no other agent of this node changes anything: two pools may share a node, and both may edit the
 * same file. The kernel holds the lock (flock(1), which Alpine and Debian have), so that it ends with whoever holds it.
 */
export async function withHostLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await makeDirectory(dirname(file));
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked && exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit').then(
    ([code]) => `flock ended with ${String(code)}`,
    (error: unknown) => `flock cannot be run: ${String(error)}`,
  );
  const [first] = await Promise.race([once(holder.stdout, 'data'), ended.then((why) => [why])]);
  if (String(first) !== 'locked\n') throw new Refusal(`${file} cannot be locked: ${String(first)}`);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
