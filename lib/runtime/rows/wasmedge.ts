import { read } from '../fact';
import type { RuntimeFacts } from '../runtime-facts';
import { WasmPayload } from '../vocabulary';
import { listening, RUNWASI_RELATIVE } from './runwasi';

/** runwasi's WasmEdge shim: core modules with WasmEdge's socket extension. */
export const wasmedge: RuntimeFacts = {
  ...RUNWASI_RELATIVE,
  name: 'wasmedge',
  handler: 'wasmedge',
  shim: { binary: 'containerd-shim-wasmedge-v1', runtimeType: 'io.containerd.wasmedge.v1', needsContainerd: true },
  guests: {
    // Plugins are shared libraries: the published shim is linked statically and loads none, not even wasi-nn.
    [WasmPayload.MODULE]: listening('through its sock_* extension', 'WasmEdge socket extension', ['wasmedge-sockets']),
  },
  aotCache: read(false, 'the shim has no compiler hook', 'containerd-shim-wasmedge src/instance.rs'),
};
