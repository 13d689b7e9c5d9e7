import { type FileHandle, mkdir, open, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from '../refusal';

// Every change of the node is one rename: whoever looks, after whatever crash, sees the old or the new, never a half.

/** The text of a file, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** @param mode of a new file; an existing one keeps its own */
export async function replaceFile(path: string, content: string, mode = 0o644): Promise<void> {
  await replaceBy(path, await modeOf(path, mode), (file) => file.writeFile(content));
}

/** As `replaceFile`, for content that is not at hand as a whole. */
export async function replaceBy(path: string, mode: number, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await makeDirectory(dirname(path));
  const temporary = `${path}.cdk8s-wasm-new`; // no `.toml` at the end: containerd's globs must not see it
  await rm(temporary, { force: true }); // of a run that was killed
  const file = await open(temporary, 'wx', mode);
  try {
    await file.chmod(mode); // whatever the umask
    await write(file);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

export async function replaceSymlink(path: string, target: string): Promise<void> {
  await makeDirectory(dirname(path));
  const temporary = `${path}.cdk8s-wasm-new`;
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

export async function symlinkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** A file or a whole folder; what is not there is gone already. */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await syncDirectory(dirname(path));
}

export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o755 });
  if (first !== undefined) await syncDirectory(dirname(first));
}

async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle;
  try {
    directory = await open(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function modeOf(path: string, otherwise: number): Promise<number> {
  try {
    return (await stat(path)).mode & 0o7777;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return otherwise;
    throw error;
  }
}
