import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readIfThere, remove, replaceFile } from '../host/durable-file';
import { type Locations, onHost } from '../locations';
import { isErrno, Refusal } from '../refusal';
import { withBlock } from './handler-block';
import type { HandlerFile, HostFiles } from './handler-files';

export const hostFiles = (locations: Locations): HostFiles => ({
  read: (path) => readIfThere(onHost(locations, path)),
  async list(path) {
    try {
      return (await readdir(onHost(locations, path))).sort();
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    }
  },
});

/** Makes the handler's block of a file this one, or takes it away, and leaves every other line as it is. */
export async function writeBlock(
  locations: Locations,
  file: HandlerFile,
  handler: string,
  block: string | undefined,
): Promise<void> {
  const path = onHost(locations, file.path);
  await assertNoSymlink(path, file.path);
  const text = await readIfThere(path);
  if (text === undefined && block === undefined) return;
  const next = withBlock(text ?? file.preamble, handler, block);
  if (next === text) return;
  if (block === undefined && next.trim() === file.preamble.trim()) await remove(path);
  else await replaceFile(path, next);
}

/** For people: the agent itself goes back by blocks, and so loses no edit that somebody made in between. */
export async function backUp(locations: Locations, path: string, directory: string): Promise<void> {
  const text = await readIfThere(onHost(locations, path));
  if (text !== undefined) await replaceFile(onHost(locations, join(directory, basename(path))), text, 0o600);
}

/** A rename would put a file in its place, and where it leads to may not be mounted. */
async function assertNoSymlink(path: string, shown: string): Promise<void> {
  try {
    if ((await lstat(path)).isSymbolicLink()) throw new Refusal(`${shown} is a symbolic link`);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}
