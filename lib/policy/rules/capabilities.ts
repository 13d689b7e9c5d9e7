import {
  container,
  cronJobOf,
  debugContainer,
  deploymentOf,
  jobOf,
  plainPod,
  sidecar,
  WASM,
  wasmPod,
  wasmPodWith,
} from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { CONTAINERS, RUNTIME_CLASS } from './variables';

type Json = Readonly<Record<string, unknown>>;

const capable = (drop: readonly string[] | undefined, add: readonly string[] | undefined, more: Json = {}) => ({
  securityContext: { capabilities: { ...(drop && { drop }), ...(add && { add }) }, ...more },
});
const PAIR = capable(['ALL'], ['NET_BIND_SERVICE']);

export const capabilities: Rule = {
  id: 'wasm-capabilities',
  title: 'the pair that leaves one capability',
  match: POD_MAKERS,
  reads: [RUNTIME_CLASS, CONTAINERS],
  uses: ['keepingCapabilities'],
  cel: `!(variables.runtimeClass in variables.keepingCapabilities) || variables.containers.all(c,
  has(c.securityContext) && has(c.securityContext.capabilities)
  && has(c.securityContext.capabilities.drop) && 'ALL' in c.securityContext.capabilities.drop
  && has(c.securityContext.capabilities.add) && size(c.securityContext.capabilities.add) > 0
  && c.securityContext.capabilities.add.all(a, a == 'NET_BIND_SERVICE')
  && (!has(c.securityContext.privileged) || !c.securityContext.privileged))`,
  message: 'a container of a Wasm pod does not drop ALL capabilities and add NET_BIND_SERVICE, and nothing else',
  remedy: 'set capabilities to drop: [ALL], add: [NET_BIND_SERVICE]',
  because:
    'ALL dropped alone leaves every capability of the root of the node: the list comes out empty and nothing is dropped',
  source: 'observed on a real node, Wasm and Linux containers alike, with any user',
  fixtures: {
    given: { keepingCapabilities: [WASM] },
    admits: {
      'the pair': wasmPod(),
      'the pair in every container': wasmPod({
        containers: [container(), sidecar()],
        initContainers: [sidecar({ name: 'init' })],
      }),
      'the pair and more that is dropped': wasmPodWith(capable(['ALL', 'NET_RAW'], ['NET_BIND_SERVICE'])),
      'the pair in a service': deploymentOf(wasmPod()),
      'the pair in a nightly job': cronJobOf(wasmPod()),
      'the pair, not privileged': wasmPodWith(capable(['ALL'], ['NET_BIND_SERVICE'], { privileged: false })),
      'ALL dropped alone where it works': plainPod({
        runtimeClassName: 'crun-edge',
        containers: [container(capable(['ALL'], undefined))],
      }),
      'nothing said in an ordinary pod': plainPod({ containers: [container({ securityContext: undefined })] }),
      'the pair in a debug container': wasmPod({ ephemeralContainers: [debugContainer(PAIR)] }),
    },
    denies: {
      'nothing said': wasmPodWith({ securityContext: undefined }),
      'no capabilities': wasmPodWith({ securityContext: { runAsNonRoot: true } }),
      'ALL dropped alone': wasmPodWith(capable(['ALL'], undefined)),
      'ALL dropped, an empty list added': wasmPodWith(capable(['ALL'], [])),
      'one added alone': wasmPodWith(capable(undefined, ['NET_BIND_SERVICE'])),
      'all dropped in small letters': wasmPodWith(capable(['all'], ['NET_BIND_SERVICE'])),
      'another one added': wasmPodWith(capable(['ALL'], ['NET_BIND_SERVICE', 'SYS_ADMIN'])),
      'ALL added as well': wasmPodWith(capable(['ALL'], ['NET_BIND_SERVICE', 'ALL'])),
      'another one added instead': wasmPodWith(capable(['ALL'], ['NET_RAW'])),
      'the name with a prefix': wasmPodWith(capable(['ALL'], ['CAP_NET_BIND_SERVICE'])),
      'less than ALL dropped': wasmPodWith(capable(['SYS_ADMIN', 'NET_RAW'], ['NET_BIND_SERVICE'])),
      'the pair, privileged': wasmPodWith(capable(['ALL'], ['NET_BIND_SERVICE'], { privileged: true })),
      'a sidecar without the pair': wasmPod({
        initContainers: [sidecar({ restartPolicy: 'Always', ...capable(['ALL'], undefined) })],
      }),
      'a debug container without the pair': wasmPod({
        ephemeralContainers: [debugContainer({ securityContext: undefined })],
      }),
      'a Deployment without the pair': deploymentOf(wasmPodWith(capable(['ALL'], undefined))),
      'a Job without the pair': jobOf(wasmPodWith({ securityContext: undefined })),
    },
  },
};
