import type { ImageFormat, WasmPayload } from '../runtime/vocabulary';

/** The file a locked image was packed from. */
export interface LockedSource {
  /** As it was given, with `/` on every system. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** An image in one format, as it was packed or found. */
export interface LockedFormat {
  readonly digest: string;
  /** Of a root filesystem. */
  readonly platforms?: readonly string[];
  /** Published by something else; we cannot pack it again. */
  readonly external?: boolean;
}

/** What a lock knows of one image. */
export interface LockEntry {
  readonly source?: LockedSource;
  /** Bytes of the module, where it was said and there is no source. */
  readonly size?: number;
  readonly payload: WasmPayload;
  readonly kind?: string;
  readonly wasi?: string;
  readonly world?: string;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  readonly extensions: readonly string[];
  readonly toolchain?: string;
  readonly repository: string;
  readonly formats: ReadonlyMap<ImageFormat, LockedFormat>;
}

/** A whole lock file. */
export interface LockFile {
  readonly packer: string;
  readonly images: ReadonlyMap<string, LockEntry>;
}
