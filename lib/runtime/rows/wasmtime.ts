import { observed, REAL_NODE } from '../fact';
import type { RuntimeFacts } from '../runtime-facts';
import { ImageFormat, WasmPayload } from '../vocabulary';
import { RUNWASI, RUNWASI_CLI, RUNWASI_HTTP, RUNWASI_MODULE } from './runwasi';

/** runwasi's Wasmtime shim: modules, components and wasi:http, compiled once per node. */
export const wasmtime: RuntimeFacts = {
  ...RUNWASI,
  name: 'wasmtime',
  handler: 'wasmtime',
  shim: { binary: 'containerd-shim-wasmtime-v1', runtimeType: 'io.containerd.wasmtime.v1', needsContainerd: true },
  guests: {
    [WasmPayload.HTTP_COMPONENT]: RUNWASI_HTTP,
    [WasmPayload.CLI_COMPONENT]: RUNWASI_CLI,
    // The cache makes the artifact the better default here; the engines without one prefer the smaller image.
    [WasmPayload.MODULE]: { ...RUNWASI_MODULE, formats: [ImageFormat.ARTIFACT, ImageFormat.IMAGE] },
  },
  aotCache: observed(true, 'artifacts are compiled at the first start on a node and kept with the image', REAL_NODE),
};
