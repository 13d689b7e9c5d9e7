import { read } from '../fact';
import type { RuntimeFacts } from '../runtime-facts';
import { WasmPayload } from '../vocabulary';
import { listening, RUNWASI_RELATIVE } from './runwasi';

/** runwasi's Wasmer shim: core modules and WASIX. */
export const wasmer: RuntimeFacts = {
  ...RUNWASI_RELATIVE,
  name: 'wasmer',
  handler: 'wasmer',
  shim: { binary: 'containerd-shim-wasmer-v1', runtimeType: 'io.containerd.wasmer.v1', needsContainerd: true },
  guests: { [WasmPayload.MODULE]: listening('through WASIX', 'containerd-shim-wasmer src/instance.rs', ['wasix']) },
  aotCache: read(false, 'the shim has no compiler hook', 'containerd-shim-wasmer src/instance.rs'),
};
