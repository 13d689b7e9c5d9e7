import { inferred, read } from '../fact';
import type { RuntimeFacts } from '../runtime-facts';
import { ImageFormat, WasmPayload } from '../vocabulary';
import { RUNWASI_MODULE, RUNWASI_RELATIVE } from './runwasi';

/** runwasi's WAMR shim: core modules, interpreted, the smallest footprint. */
export const wamr: RuntimeFacts = {
  ...RUNWASI_RELATIVE,
  name: 'wamr',
  handler: 'wamr',
  shim: { binary: 'containerd-shim-wamr-v1', runtimeType: 'io.containerd.wamr.v1', needsContainerd: true },
  guests: {
    [WasmPayload.MODULE]: {
      ...inferred(RUNWASI_MODULE),
      formats: [ImageFormat.IMAGE, ImageFormat.ARTIFACT],
      listens: read(false, 'no socket pool is configured', 'containerd-shim-wamr src/instance.rs'),
      connects: read(false, 'no socket pool is configured', 'containerd-shim-wamr src/instance.rs'),
    },
  },
  aotCache: read(false, 'the shim has no compiler hook', 'containerd-shim-wamr src/instance.rs'),
};
