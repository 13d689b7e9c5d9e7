import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readIfThere, remove, replaceFile } from '../host/durable-file';
import { type Locations, onHost } from '../locations';
import { isErrno } from '../refusal';
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
  async isSymlink(path) {
    try {
      return (await lstat(onHost(locations, path))).isSymbolicLink();
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false;
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
