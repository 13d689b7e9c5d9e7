import type { Finding } from '../diagnostics';
import type { ImageFormat, WasmPayload } from '../runtime/vocabulary';
import type { LockEntry } from './lock-entry';
import type { PackedImage } from './packer/oci';

/** What is known of the guest in an image. */
export interface GuestDescription {
  readonly payload?: WasmPayload;
  readonly sizeBytes?: number;
  readonly kind?: string;
  readonly wasi?: string;
  readonly world?: string;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  readonly extensions: readonly string[];
  readonly toolchain?: string;
}

/** Where an image comes from. One implementation a factory of `WasmImage`; none knows where the image is used. */
export interface ImageOrigin {
  /** The file or reference, for messages. */
  readonly source: string;
  readonly repository: string;
  readonly guest: GuestDescription;
  readonly formats: readonly ImageFormat[];
  /** What is wrong with it. With errors, nothing below is asked. */
  readonly findings: readonly Finding[];
  /** @param format one of `formats` */
  digest(format: ImageFormat): string;
  lockEntry(): LockEntry;
  /** Absent where the bytes are not at hand. */
  pack?(format: ImageFormat): PackedImage;
}
