import type { Finding } from '../diagnostics';
import type { LockEntry } from './lock-entry';

/** Something a lock can record; `WasmImage` is one. It keeps the lock from having to know images. */
export interface IWasmLockable {
  /** What it is called in messages: the file or the reference it comes from. */
  readonly source: string;
  /** @internal */
  _findings(): readonly Finding[];
  /** @internal */
  _lockEntry(): LockEntry;
}
