import type { ImageFormat, WasmPayload } from '../runtime/vocabulary';
import type { WasmLock } from './wasm-lock';

/** How a module becomes an image. */
export interface WasmModuleOptions {
  /** Registry and path without tag or digest, such as `ghcr.io/acme/cart`. WASM0205 when no registry would take it. */
  readonly repository: string;
  /**
   * A lock that must record just this module, or WASM0206 and WASM0208 say what differs.
   * @default - whatever the file holds is used
   */
  readonly lock?: WasmLock;
  /**
   * Name of the image in the lock.
   * @default - the last part of `repository`
   */
  readonly lockName?: string;
  /**
   * Platforms of the root-filesystem image, as `os/architecture`: one makes a plain manifest, more an index. The Wasm
   * in it is the same for all. WASM0215 for one that no node takes.
   * @default - linux/amd64 and linux/arm64
   */
  readonly platforms?: string[];
  /**
   * Annotations of the image, such as `org.opencontainers.image.source`. They are part of the digest. WASM0216 for
   * keys that cannot be used.
   * @default - what was found in the bytes, under dev.cdk8s-wasm.
   */
  readonly annotations?: Record<string, string>;
}

/** How an image of a lock is used. */
export interface WasmLockedOptions {
  /**
   * Registry and path to pull from, for a mirror: digests are the same in all registries.
   * @default - the one in the lock
   */
  readonly repository?: string;
}

/** What cannot be seen from a reference: what is behind it. */
export interface WasmModuleFacts {
  /** What a runtime has to run. */
  readonly payload: WasmPayload;
  /**
   * How it was packed.
   * @default - ImageFormat.SPIN for a Spin application, ImageFormat.ARTIFACT for everything else
   */
  readonly format?: ImageFormat;
  /**
   * Size of the module, bytes; memory and start-up time are estimated from it.
   * @default - unknown, so estimates assume a small module
   */
  readonly sizeBytes?: number;
  /**
   * World of a component, such as `wasi:http/proxy`.
   * @default - what the payload implies
   */
  readonly world?: string;
}
