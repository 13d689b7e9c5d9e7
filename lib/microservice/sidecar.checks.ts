import { type Finding, OBJECT_NAME, SIDECAR_ENVIRONMENT, SIDECAR_IMAGE, SIDECAR_UNSUPPORTED } from '../diagnostics';
import { isDnsLabel } from '../manifest/names';
import type { PodIntent } from './pod.intent';

/** Linux containers live under the guest's runtime and get what it gives them. */
export function* sidecarFindings({ sidecars, runtime, container }: PodIntent): Generator<Finding> {
  const names = new Set([container.name]);
  for (const sidecar of sidecars) {
    const { name, image } = sidecar;
    if (!isDnsLabel(name))
      yield OBJECT_NAME.with({
        name,
        kind: 'container',
        rule: 'use at most 63 of a-z, 0-9 and -, starting with a letter or digit',
      });
    if (names.has(name))
      yield OBJECT_NAME.with({ name, kind: 'container', rule: 'another container of the pod has it' });
    names.add(name);
    if (!runtime.sidecars.value) {
      yield SIDECAR_UNSUPPORTED.with({ sidecar: name, runtime: runtime.name, note: runtime.sidecars.note });
    } else if (!runtime.sidecarEnvironment.value && sidecar.environment.length > 0) {
      yield SIDECAR_ENVIRONMENT.with({
        sidecar: name,
        runtime: runtime.name,
        names: sidecar.environment.map((one) => one.name),
      });
    }
    if (!isPinned(image)) yield SIDECAR_IMAGE.with({ sidecar: name, image });
  }
}

/** Whether an image is named by its digest, which cannot move. */
export const isPinned = (image: string): boolean => /@sha256:[a-f0-9]{64}$/.test(image);
