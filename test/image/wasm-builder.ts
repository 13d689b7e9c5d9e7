import { createHash } from 'node:crypto';

/** Encodes small modules and components by hand: what a compiler would write, and what none would. */
export type Bytes = readonly number[];

export const leb = (value: number): Bytes =>
  value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))];
export const text = (value: string): Bytes => {
  const bytes = Buffer.from(value, 'utf8');
  return [...leb(bytes.length), ...bytes];
};
export const list = (items: readonly Bytes[]): Bytes => [...leb(items.length), ...items.flat()];
export const section = (id: number, content: Bytes): Bytes => [id, ...leb(content.length), ...content];
export const custom = (name: string, content: Bytes = []): Bytes => section(0, [...text(name), ...content]);

export const MODULE: Bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
export const COMPONENT: Bytes = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
export const wasmModule = (...sections: readonly Bytes[]): Uint8Array =>
  Uint8Array.from([...MODULE, ...sections.flat()]);
export const wasmComponent = (...sections: readonly Bytes[]): Uint8Array =>
  Uint8Array.from([...COMPONENT, ...sections.flat()]);

/** Encodings of what can be imported, after its names. */
export const AS = {
  func: [0x00, 0x00],
  table: [0x01, 0x70, 0x00, 0x01],
  memory: [0x02, 0x00, 0x01],
  sharedMemory: [0x02, 0x03, 0x01, 0x10],
  global: [0x03, 0x7f, 0x00],
  tag: [0x04, 0x00, 0x00],
} satisfies Record<string, Bytes>;

/** `module.name`, a function unless it is said otherwise. */
export const coreImport = (from: string, name: string, as: Bytes = AS.func): Bytes => [
  ...text(from),
  ...text(name),
  ...as,
];
export const coreImports = (...imports: readonly Bytes[]): Bytes => section(2, list(imports));
/** Exports functions, all of them the first one. */
export const coreExports = (...names: readonly string[]): Bytes =>
  section(7, list(names.map((name) => [...text(name), 0x00, 0x00])));

/** Imports instances, as an interface of a world is. */
export const componentImports = (...names: readonly string[]): Bytes =>
  section(10, list(names.map((name) => [0x00, ...text(name), 0x05, 0x00])));
/** Exports instances. */
export const componentExports = (...names: readonly string[]): Bytes =>
  section(11, list(names.map((name) => [0x00, ...text(name), 0x05, 0x00, 0x00])));
export const coreModule = (bytes: Uint8Array): Bytes => section(1, [...bytes]);
export const nested = (bytes: Uint8Array): Bytes => section(4, [...bytes]);

export type Producers = Readonly<Record<string, Readonly<Record<string, string>>>>;
export const producers = (fields: Producers): Bytes =>
  custom(
    'producers',
    list(
      Object.entries(fields).map(([field, tools]) => [
        ...text(field),
        ...list(Object.entries(tools).map(([name, version]) => [...text(name), ...text(version)])),
      ]),
    ),
  );

/** A program for WASI preview 1. */
export const program = (...more: readonly Bytes[]): Uint8Array =>
  wasmModule(
    section(1, [0x01, 0x60, 0x00, 0x00]),
    coreImports(coreImport('wasi_snapshot_preview1', 'proc_exit')),
    coreExports('_start'),
    ...more,
  );

/** A component for the world wasi:http/proxy. */
export const httpComponent = (version = '0.2.3', ...more: readonly Bytes[]): Uint8Array =>
  wasmComponent(
    componentImports(`wasi:io/streams@${version}`, `wasi:http/types@${version}`),
    componentExports(`wasi:http/incoming-handler@${version}`),
    ...more,
  );

/** A component for the world wasi:cli/command. */
export const cliComponent = (version = '0.2.3', ...more: readonly Bytes[]): Uint8Array =>
  wasmComponent(
    componentImports(`wasi:cli/environment@${version}`),
    componentExports(`wasi:cli/run@${version}`),
    ...more,
  );

export const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
