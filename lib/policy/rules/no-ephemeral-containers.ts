import { debugContainer, deploymentOf, jobOf, plainPod, sidecar, WASM, wasmPod } from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { IS_WASM, POD_SPEC } from './variables';

const debugging = (parts: Readonly<Record<string, unknown>>) => ({ ephemeralContainers: [debugContainer(parts)] });

export const noEphemeralContainers: Rule = {
  id: 'wasm-no-ephemeral-containers',
  title: 'no debug container in a Wasm pod',
  match: POD_MAKERS,
  reads: [IS_WASM, POD_SPEC],
  uses: [],
  cel: `!variables.isWasm || !has(variables.podSpec.ephemeralContainers)
|| size(variables.podSpec.ephemeralContainers) == 0`,
  message: 'an ephemeral container is added to a Wasm pod',
  remedy: 'debug a copy of the pod under another RuntimeClass: kubectl debug --copy-to',
  because: 'the shim runs a Linux image natively, beside the guest and with what the guest has',
  source: 'observed on a real node: kubectl debug with a Linux image works; runwasi executor.rs, is_linux_container',
  fixtures: {
    given: { runtimeClasses: [WASM] },
    admits: {
      'a pod without one': wasmPod(),
      'an init container': wasmPod({ initContainers: [sidecar()] }),
      'a native sidecar': wasmPod({ initContainers: [sidecar({ restartPolicy: 'Always' })] }),
      'a debug container of an ordinary pod': plainPod(debugging({ image: 'busybox:1' })),
      'a debug container under another sandbox': plainPod({ runtimeClassName: 'gvisor', ...debugging({}) }),
      'a service': deploymentOf(wasmPod()),
      'a job': jobOf(wasmPod()),
    },
    denies: {
      'a shell': wasmPod(debugging({ image: 'busybox:1' })),
      'an image that every other rule admits': wasmPod(debugging({})),
      'one that watches the guest': wasmPod(debugging({ targetContainerName: 'cart' })),
      'one with every capability': wasmPod(debugging({ securityContext: { privileged: true } })),
      'one that adds a capability': wasmPod(debugging({ securityContext: { capabilities: { add: ['SYS_ADMIN'] } } })),
      'a second one': wasmPod({ ephemeralContainers: [debugContainer(), debugContainer({ name: 'again' })] }),
    },
  },
};
