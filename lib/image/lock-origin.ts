import { LOCK_ENTRY } from '../diagnostics';
import { ImageFormat } from '../runtime/vocabulary';
import { brokenOrigin } from './broken-origin';
import type { ImageOrigin } from './image-origin';
import type { LockEntry } from './lock-entry';
import { repositoryFindings } from './reference';
import type { WasmLock } from './wasm-lock';

/** An image of which a lock keeps the digests; its bytes need not be there. */
export function lockOrigin(lock: WasmLock, name: string, repository?: string): ImageOrigin {
  const source = `${name} of ${lock._source}`;
  if (lock._findings().length > 0) return brokenOrigin(source, lock._findings());
  const entry = lock._entry(name);
  if (entry === undefined) {
    return brokenOrigin(source, [LOCK_ENTRY.with({ lock: lock._source, name, names: lock.names })]);
  }
  const used = repository ?? entry.repository;
  return {
    source: entry.source?.path ?? source,
    repository: used,
    guest: guestOf(entry),
    formats: Object.values(ImageFormat).filter((format) => entry.formats.has(format)),
    findings: repositoryFindings(used),
    digest: (format) => entry.formats.get(format)?.digest ?? '',
    lockEntry: () => ({ ...entry, repository: used }),
  };
}

function guestOf({ source, size, payload, kind, wasi, world, imports, exports, extensions, toolchain }: LockEntry) {
  return { payload, sizeBytes: source?.size ?? size, kind, wasi, world, imports, exports, extensions, toolchain };
}
