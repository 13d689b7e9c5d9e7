import { type Finding, LOCK_DISAGREES, LOCK_ENTRY } from '../diagnostics';
import { ImageFormat } from '../runtime/vocabulary';
import type { ModulePacker } from './module-packer';
import { PACKER_VERSION } from './packer/version';
import type { WasmLock } from './wasm-lock';

/** What a lock is compared with. */
export interface LockableModule {
  readonly source: string;
  readonly platforms: readonly string[];
  readonly packer: ModulePacker;
}

/**
 * Where lock and module differ. The image digest is not computed for it: a gzip of 12 MB takes a second, and it
 * follows from the module, the platforms, the packer and the annotations – which the artifact digest covers.
 */
export function* lockFindings(lock: WasmLock, name: string, actual: LockableModule | undefined): Generator<Finding> {
  yield* lock._findings();
  if (lock._findings().length > 0) return;
  const entry = lock._entry(name);
  if (entry === undefined) yield LOCK_ENTRY.with({ lock: lock._source, name, names: lock.names });
  if (entry === undefined || actual === undefined) return;

  const about = { lock: lock._source, name, source: actual.source };
  const differs = (field: string, locked: string | undefined, is: string): Finding[] =>
    locked === is ? [] : [LOCK_DISAGREES.with({ ...about, field, locked: locked ?? 'of none', actual: is })];
  const bytes = differs('module digest', entry.source?.sha256, actual.packer.moduleDigest());
  yield* bytes;
  if (bytes.length > 0) return;
  const packer = differs('packer version', lock._file().packer, PACKER_VERSION);
  yield* packer;
  yield* differs('platforms', entry.formats.get(ImageFormat.IMAGE)?.platforms?.join(', '), actual.platforms.join(', '));
  if (packer.length > 0) return;
  yield* differs(
    'artifact digest',
    entry.formats.get(ImageFormat.ARTIFACT)?.digest,
    actual.packer.packed(ImageFormat.ARTIFACT).digest,
  );
}
