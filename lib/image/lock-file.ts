import { ImageFormat, WasmPayload } from '../runtime/vocabulary';
import { shown } from './inspector/shown';
import type { LockEntry, LockedFormat, LockedSource, LockFile } from './lock-entry';
import { type Json, type JsonObject, readableJson } from './packer/canonical-json';
import { isDigest } from './reference';

/** Changes when a reader of today could misunderstand the file. */
export const LOCK_VERSION = 1;

/** Why a text is not a lock: a clause that names the place. */
export class LockFileError extends Error {}

/** @throws LockFileError for everything that is not a lock we can rely on */
export function parseLock(text: string): LockFile {
  const root = objectAt(parseJson(text), 'it');
  if (root.version !== LOCK_VERSION) {
    throw new LockFileError(
      `its version is ${JSON.stringify(root.version) ?? 'missing'}, and only ${LOCK_VERSION} is known`,
    );
  }
  const images = Object.entries(objectAt(root.images, 'images'));
  return {
    packer: textAt(root.packer, 'packer'),
    images: new Map(images.map(([name, entry]) => [name, entryAt(entry, `images.${shown(name)}`)])),
  };
}

/** Sorted, so that two people who lock the same images write the same file. */
export function printLock({ packer, images }: LockFile): string {
  const entries = [...images].map(([name, entry]) => [name, entryJson(entry)] as const);
  return readableJson({ version: LOCK_VERSION, packer, images: Object.fromEntries(entries) });
}

function entryJson({ formats, ...rest }: LockEntry): JsonObject {
  // Through JSON, which leaves out what is undefined.
  return JSON.parse(JSON.stringify({ ...rest, formats: Object.fromEntries(formats) })) as JsonObject;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LockFileError('it is not JSON');
  }
}

function entryAt(value: unknown, at: string): LockEntry {
  const entry = objectAt(value, at);
  const optionalText = (key: string) => (entry[key] === undefined ? undefined : textAt(entry[key], `${at}.${key}`));
  const formats = Object.entries(objectAt(entry.formats, `${at}.formats`));
  if (formats.length === 0) throw new LockFileError(`${at}.formats is empty`);
  return {
    source: entry.source === undefined ? undefined : sourceAt(entry.source, `${at}.source`),
    size: entry.size === undefined ? undefined : sizeAt(entry.size, `${at}.size`),
    payload: oneOf(Object.values(WasmPayload), entry.payload, `${at}.payload`),
    kind: optionalText('kind'),
    wasi: optionalText('wasi'),
    world: optionalText('world'),
    imports: textsAt(entry.imports, `${at}.imports`),
    exports: textsAt(entry.exports, `${at}.exports`),
    extensions: textsAt(entry.extensions, `${at}.extensions`),
    toolchain: optionalText('toolchain'),
    repository: textAt(entry.repository, `${at}.repository`),
    formats: new Map(
      formats.map(([name, format]) => {
        const path = `${at}.formats.${shown(name)}`;
        return [oneOf(Object.values(ImageFormat), name, path), formatAt(format, path)];
      }),
    ),
  };
}

function sourceAt(value: unknown, at: string): LockedSource {
  const source = objectAt(value, at);
  return {
    path: textAt(source.path, `${at}.path`),
    sha256: digestAt(source.sha256, `${at}.sha256`),
    size: sizeAt(source.size, `${at}.size`),
  };
}

function formatAt(value: unknown, at: string): LockedFormat {
  const format = objectAt(value, at);
  const { platforms, external } = format;
  if (external !== undefined && typeof external !== 'boolean')
    throw new LockFileError(`${at}.external is not true or false`);
  return {
    digest: digestAt(format.digest, `${at}.digest`),
    ...(platforms === undefined ? {} : { platforms: textsAt(platforms, `${at}.platforms`) }),
    ...(external === undefined ? {} : { external }),
  };
}

function sizeAt(value: unknown, at: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new LockFileError(`${at} is not a number of bytes`);
}

function objectAt(value: unknown, at: string): { readonly [key: string]: Json | undefined } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LockFileError(`${at} is not an object`);
  return value as { readonly [key: string]: Json | undefined };
}

function textAt(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw new LockFileError(`${at} is not a text`);
  return value;
}

function textsAt(value: unknown, at: string): string[] {
  if (!Array.isArray(value)) throw new LockFileError(`${at} is not a list`);
  return value.map((one: unknown, index) => {
    // A name in a module may be empty.
    if (typeof one !== 'string') throw new LockFileError(`${at}[${index}] is not a text`);
    return one;
  });
}

function digestAt(value: unknown, at: string): string {
  const text = textAt(value, at);
  if (!isDigest(text)) throw new LockFileError(`${at} is not "sha256:" and 64 hex digits`);
  return text;
}

function oneOf<T extends string>(values: readonly T[], value: unknown, at: string): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw new LockFileError(`${at} is none of ${values.join(', ')}`);
  return found;
}
