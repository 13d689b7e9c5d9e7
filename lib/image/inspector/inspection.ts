import type { WasmPayload } from '../../runtime/vocabulary';

export type WasmKind = 'module' | 'component';
/** The standard interface a guest was built against. */
export type WasiVersion = 'wasi:p1' | 'wasi:0.2' | 'wasi:0.3' | 'none';
/** What a host does with a guest: serve HTTP through it, run it to its end, call its functions, or none of these. */
export type WasmWorld = 'wasi:http/proxy' | 'wasi:cli/command' | 'command' | 'reactor' | 'custom';
/** Functions beyond the standard interface that a guest wants from its host. */
export type AbiExtension =
  | 'wasmedge-sockets'
  | 'wasmedge-plugins'
  | 'wasi-nn'
  | 'wasix'
  | 'wasi-threads'
  | 'gojs'
  | 'env';

/** Something imported or exported. */
export interface Extern {
  /** `module.name` of a core import, `wasi:http/incoming-handler@0.2.3` of a component; otherwise the bare name. */
  readonly name: string;
  /** `func`, `memory`, `instance`, … */
  readonly kind: string;
}

/** An import of a core module, before its two names become one. */
export interface CoreImport {
  readonly module: string;
  readonly name: string;
  readonly kind: string;
}

/** Why no runtime on a node can run a file. */
export interface Obstacle {
  /** Which diagnostic says it. */
  readonly about: 'host' | 'wasi-0.3' | 'entry-point';
  /** What was seen: a clause that continues "the file …". */
  readonly found: string;
  readonly fix: string;
}

/** What the bytes of a file say about themselves. */
export interface Inspection {
  readonly kind: WasmKind;
  readonly wasi: WasiVersion;
  readonly world: WasmWorld;
  /** In binary order. */
  readonly imports: readonly Extern[];
  /** In binary order. */
  readonly exports: readonly Extern[];
  /** Sorted. */
  readonly extensions: readonly AbiExtension[];
  /** The most telling tool of the `producers` sections: `Rust 1.95.0`, `Go 1.26.8`. */
  readonly toolchain?: string;
  /** Absent exactly when there is an obstacle. */
  readonly payload?: WasmPayload;
  readonly obstacle?: Obstacle;
}

/** What the binary holds, before anything is concluded from it. */
export interface Contents {
  readonly kind: WasmKind;
  readonly coreImports: readonly CoreImport[];
  readonly imports: readonly Extern[];
  readonly exports: readonly Extern[];
  /** Names of the custom sections of the outermost level that tell what kind of file it is. */
  readonly marks: ReadonlySet<string>;
  /** One list of tools for each `producers` section: the outermost first, then in binary order. */
  readonly producers: ReadonlyArray<readonly Tool[]>;
}

/** An entry of a `producers` section. */
export interface Tool {
  /** `language`, `processed-by` or `sdk`. */
  readonly field: string;
  readonly name: string;
  readonly version: string;
}
