import {
  container,
  cronJobOf,
  DIGEST,
  debugContainer,
  deploymentOf,
  plainPod,
  sidecar,
  WASM,
  wasmPod,
  wasmPodWith,
} from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { IS_WASM, JUDGED_IMAGES } from './variables';

const ENVOY = `docker.io/envoyproxy/envoy@${DIGEST}`;
const from = (image: string) => wasmPodWith({ image });
const mounting = (reference: string) => wasmPod({ volumes: [{ name: 'data', image: { reference } }] });

export const imageRepository: Rule = {
  id: 'wasm-image-repository',
  title: 'images from known repositories',
  match: POD_MAKERS,
  reads: [IS_WASM, JUDGED_IMAGES],
  uses: ['repositories', 'images'],
  cel: `!variables.isWasm || variables.judgedImages.all(i,
  variables.repositories.exists(r, i.startsWith(r)) || i in variables.images)`,
  message: 'an image of a Wasm pod is from none of the admitted repositories',
  remedy: 'publish it in one of them, or add its repository to `repositories`',
  because: 'a layer may hold compiled code that the shim loads as it is: whoever chooses the image leaves the sandbox',
  source: 'runwasi containerd-shim-wasmtime src/instance.rs; containerd-shim-spin src/engine.rs',
  fixtures: {
    given: {
      runtimeClasses: [WASM],
      repositories: ['ghcr.io/acme/', 'registry.example:5000/partner/'],
      images: [ENVOY],
      exemptImages: ['registry.local/', 'localhost/dev:1'],
    },
    admits: {
      'an image of the repository': wasmPod(),
      'an image deeper in the repository': from(`ghcr.io/acme/team/cart@${DIGEST}`),
      'an image of another repository, with a port': from(`registry.example:5000/partner/cart@${DIGEST}`),
      'the very image of the mesh': wasmPod({ containers: [container()], initContainers: [sidecar({ image: ENVOY })] }),
      'an exempt prefix': from('registry.local/dev:1'),
      'an exempt image': from('localhost/dev:1'),
      'a foreign image of an ordinary pod': plainPod({ containers: [container({ image: 'nginx:1.29' })] }),
      'a service of the repository': deploymentOf(wasmPod()),
      'a volume of the repository': mounting(`ghcr.io/acme/data@${DIGEST}`),
    },
    denies: {
      'a neighbour whose name begins alike': from(`ghcr.io/acme-evil/cart@${DIGEST}`),
      'the same path on another registry': from(`evil.example/ghcr.io/acme/cart@${DIGEST}`),
      'the path of one on the registry of another': from(`registry.example:5000/acme/cart@${DIGEST}`),
      'a short name, which means Docker Hub': from(`acme/cart@${DIGEST}`),
      'the registry in capitals': from(`GHCR.IO/acme/cart@${DIGEST}`),
      'a foreign init container': wasmPod({ initContainers: [sidecar({ image: `busybox@${DIGEST}` })] }),
      'a foreign second container': wasmPod({ containers: [container(), sidecar({ image: `busybox@${DIGEST}` })] }),
      'a foreign debug container': wasmPod({ ephemeralContainers: [debugContainer({ image: `busybox@${DIGEST}` })] }),
      'another digest of the mesh image': wasmPod({
        initContainers: [sidecar({ image: `docker.io/envoyproxy/envoy@sha256:${'b'.repeat(64)}` })],
      }),
      'an image that only begins like an exempt one': from('localhost/dev:10'),
      'a foreign image in a Deployment': deploymentOf(from(`evil.example/cart@${DIGEST}`)),
      'a foreign image in a CronJob': cronJobOf(from(`evil.example/cart@${DIGEST}`)),
      'a foreign volume': mounting(`evil.example/data@${DIGEST}`),
    },
  },
};
