import { type Finding, FORMAT_UNAVAILABLE, LAYOUT, NO_BYTES, WasmError } from '../diagnostics';
import type { ImageFormat, WasmPayload } from '../runtime/vocabulary';
import { reasonOf } from './files';
import type { ImageOrigin } from './image-origin';
import type { LockEntry } from './lock-entry';
import { lockOrigin } from './lock-origin';
import type { IWasmLockable } from './lockable';
import { moduleOrigin } from './module-origin';
import type { PackedImage } from './packer/oci';
import { LayoutError, writeLayout } from './packer/oci-layout';
import { lastSegment } from './reference';
import { registryOrigin } from './registry-origin';
import type { WasmLock } from './wasm-lock';
import type { WasmLockedOptions, WasmModuleFacts, WasmModuleOptions } from './wasm-module-options';

/**
 * Where a service's WebAssembly comes from: bytes with a known digest, never a tag that can move.
 *
 * Making one throws nothing: what is wrong with a file, reference or lock is reported by every construct that uses
 * the image, together with all other errors of the program. Two services may share one image.
 */
export class WasmImage implements IWasmLockable {
  /**
   * A core module or component in a file. It is read once and inspected; its digests are computed here, so nothing
   * has to be pushed before synthesis, and the same bytes give the same digests everywhere.
   *
   * Reported when used: WASM0201 – WASM0203, WASM0213 (not WebAssembly that can be read), WASM0210 – WASM0212 (nothing
   * a runtime on a node can run), WASM0205, WASM0206, WASM0208, WASM0209, WASM0215, WASM0216 (options).
   * @param path starts in the working directory unless it is absolute
   */
  public static fromModule(path: string, options: WasmModuleOptions): WasmImage {
    return new WasmImage(moduleOrigin(path, options));
  }

  /**
   * An image of a lock, by name. Its module need not be there.
   *
   * Reported when used: WASM0205, WASM0208, WASM0209.
   */
  public static fromLock(lock: WasmLock, name: string, options: WasmLockedOptions = {}): WasmImage {
    return new WasmImage(lockOrigin(lock, name, options.repository));
  }

  /**
   * An image that was published by something else, such as `spin registry push`.
   *
   * Reported when used: WASM0204 (a tag without digest), WASM0205, WASM0214.
   * @param reference `ghcr.io/acme/cart@sha256:…` or `ghcr.io/acme/cart:1.2@sha256:…`
   */
  public static fromRegistry(reference: string, facts: WasmModuleFacts): WasmImage {
    return new WasmImage(registryOrigin(reference, facts));
  }

  private constructor(private readonly origin: ImageOrigin) {}

  /** What it is called in messages: the path or reference it was made from. */
  public get source(): string {
    return this.origin.source;
  }

  /** Registry and path, without tag and digest. */
  public get repository(): string {
    return this.origin.repository;
  }

  /** What a runtime has to run; undefined when the image has errors. */
  public get payload(): WasmPayload | undefined {
    return this.origin.guest.payload;
  }

  /** Size of the module, bytes; undefined when it is not known. */
  public get sizeBytes(): number | undefined {
    return this.origin.guest.sizeBytes;
  }

  /** `module` or `component`. */
  public get kind(): string | undefined {
    return this.origin.guest.kind;
  }

  /** Version of WASI it was built against: `wasi:p1`, `wasi:0.2`, `wasi:0.3` or `none`. */
  public get wasi(): string | undefined {
    return this.origin.guest.wasi;
  }

  /** What a host does with it: `wasi:http/proxy`, `wasi:cli/command`, `command`, `reactor` or `custom`. */
  public get world(): string | undefined {
    return this.origin.guest.world;
  }

  /** Names of its imports in binary order; `module.name` of a core module. Empty when they are not known. */
  public get imports(): string[] {
    return [...this.origin.guest.imports];
  }

  /** Names of its exports in binary order. Empty when they are not known. */
  public get exports(): string[] {
    return [...this.origin.guest.exports];
  }

  /**
   * What it wants from a host beyond WASI, sorted: `wasmedge-sockets`, `wasmedge-plugins`, `wasi-nn`, `wasix`,
   * `wasi-threads`, `gojs`, `env`.
   */
  public get extensions(): string[] {
    return [...this.origin.guest.extensions];
  }

  /** What compiled it, such as `Rust 1.95.0`; undefined when the module does not say. */
  public get toolchain(): string | undefined {
    return this.origin.guest.toolchain;
  }

  /** The formats it can be had in. */
  public get formats(): ImageFormat[] {
    return [...this.origin.formats];
  }

  /**
   * The reference to pull, `ghcr.io/acme/cart@sha256:…`.
   * @throws the first error of the image; WASM0214 when it cannot be had in this format
   */
  public referenceIn(format: ImageFormat): string {
    return `${this.repository}@${this.digestIn(format)}`;
  }

  /**
   * The digest of the manifest, or of the index over several: `sha256:…`. Computed when it is first asked for.
   * @throws the first error of the image; WASM0214 when it cannot be had in this format
   */
  public digestIn(format: ImageFormat): string {
    return this.usable(format).digest(format);
  }

  /**
   * Writes the image as an OCI image layout, or adds it to the layout that is there; any registry tool can push it.
   * @param tag name of the image in the layout; `cart-artifact` for the artifact of `ghcr.io/acme/cart` without one
   * @throws the first error of the image; WASM0214, WASM0217 when it came without bytes, WASM0218 when it cannot be written
   */
  public writeLayout(dir: string, format: ImageFormat, tag?: string): void {
    const packed = this._pack(format);
    try {
      writeLayout(dir, packed, { tag: tag ?? `${lastSegment(this.repository)}-${format}` });
    } catch (error) {
      throw LAYOUT.error({ dir, problem: error instanceof LayoutError ? error.message : reasonOf(error) });
    }
  }

  /** @internal */
  public _findings(): readonly Finding[] {
    return this.origin.findings;
  }

  /** @internal */
  public _pack(format: ImageFormat): PackedImage {
    const { pack } = this.usable(format);
    if (pack === undefined) throw NO_BYTES.error({ source: this.source });
    return pack(format);
  }

  /** @internal */
  public _lockEntry(): LockEntry {
    return this.usable().lockEntry();
  }

  private usable(format?: ImageFormat): ImageOrigin {
    const { findings, formats, source } = this.origin;
    const error = findings.find(({ severity }) => severity === 'error');
    if (error !== undefined) throw new WasmError(error);
    if (format !== undefined && !formats.includes(format)) throw FORMAT_UNAVAILABLE.error({ source, format, formats });
    return this.origin;
  }
}
