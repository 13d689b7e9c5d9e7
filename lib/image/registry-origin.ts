import { FORMAT_UNAVAILABLE } from '../diagnostics';
import { ImageFormat, WasmPayload } from '../runtime/vocabulary';
import type { ImageOrigin } from './image-origin';
import { pinned } from './reference';
import type { WasmModuleFacts } from './wasm-module-options';

/** What a payload implies, and how it can have been packed; the first format is the usual one. */
const IMPLIED: {
  readonly [payload in WasmPayload]: {
    readonly kind?: string;
    readonly wasi?: string;
    readonly world?: string;
    readonly formats: readonly ImageFormat[];
  };
} = {
  [WasmPayload.MODULE]: {
    kind: 'module',
    wasi: 'wasi:p1',
    world: 'command',
    formats: [ImageFormat.ARTIFACT, ImageFormat.IMAGE, ImageFormat.WASM_TO_OCI],
  },
  [WasmPayload.CLI_COMPONENT]: {
    kind: 'component',
    wasi: 'wasi:0.2',
    world: 'wasi:cli/command',
    formats: [ImageFormat.ARTIFACT, ImageFormat.IMAGE],
  },
  [WasmPayload.HTTP_COMPONENT]: {
    kind: 'component',
    wasi: 'wasi:0.2',
    world: 'wasi:http/proxy',
    formats: [ImageFormat.ARTIFACT, ImageFormat.IMAGE],
  },
  [WasmPayload.SPIN_APP]: { formats: [ImageFormat.SPIN, ImageFormat.IMAGE] },
};

/** An image that somebody else packed and pushed. */
export function registryOrigin(reference: string, facts: WasmModuleFacts): ImageOrigin {
  const { repository, digest, findings } = pinned(reference);
  const { formats, kind, wasi, world } = IMPLIED[facts.payload];
  const format = facts.format ?? formats[0];
  const unusual = formats.includes(format)
    ? []
    : [FORMAT_UNAVAILABLE.with({ source: `a ${facts.payload}`, format, formats })];
  const guest = { payload: facts.payload, sizeBytes: facts.sizeBytes, kind, wasi, world: facts.world ?? world };
  return {
    source: reference,
    repository,
    guest: { ...guest, imports: [], exports: [], extensions: [] },
    formats: [format],
    findings: [...findings, ...unusual],
    digest: () => digest,
    lockEntry: () => ({
      payload: guest.payload,
      size: guest.sizeBytes,
      kind,
      wasi,
      world: guest.world,
      imports: [],
      exports: [],
      extensions: [],
      repository,
      formats: new Map([[format, { digest, external: true }]]),
    }),
  };
}
