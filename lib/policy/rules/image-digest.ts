import {
  container,
  cronJobOf,
  DIGEST,
  debugContainer,
  deploymentOf,
  jobOf,
  PINNED,
  plainPod,
  sidecar,
  WASM,
  wasmPod,
  wasmPodWith,
} from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { IS_WASM, JUDGED_IMAGES } from './variables';

const from = (image: string) => wasmPodWith({ image });

export const imageDigest: Rule = {
  id: 'wasm-image-digest',
  title: 'images pinned by digest',
  match: POD_MAKERS,
  reads: [IS_WASM, JUDGED_IMAGES],
  uses: [],
  cel: `!variables.isWasm || variables.judgedImages.all(i, i.matches('^[^@]+@sha256:[a-f0-9]{64}$'))`,
  message: 'an image of a Wasm pod is not pinned by its sha256 digest',
  remedy: 'write it as name@sha256:…',
  because: 'a tag can move between verification and pull',
  source: 'sigstore/cosign doc/cosign_sign.md: sign digests, not tags',
  fixtures: {
    given: { runtimeClasses: [WASM], exemptImages: ['registry.local/'] },
    admits: {
      'a digest': wasmPod(),
      'a tag with a digest, which decides': from(`ghcr.io/acme/cart:1.2@${DIGEST}`),
      'a registry with a port': from(`registry.example:5000/cart@${DIGEST}`),
      'an exempt prefix': from('registry.local/dev:1'),
      'a tag in an ordinary pod': plainPod({ containers: [container({ image: 'nginx:1.29' })] }),
      'a service with digests alone': deploymentOf(wasmPod({ initContainers: [sidecar()] })),
      'a job with digests alone': jobOf(wasmPod()),
      'a debug container with a digest': wasmPod({ ephemeralContainers: [debugContainer()] }),
    },
    denies: {
      'a tag': from('ghcr.io/acme/cart:1.2'),
      'no tag at all': from('ghcr.io/acme/cart'),
      'a digest of another algorithm': from(`ghcr.io/acme/cart@sha512:${'a'.repeat(128)}`),
      'a digest in capitals': from(`ghcr.io/acme/cart@sha256:${'A'.repeat(64)}`),
      'a digest that is too short': from(`ghcr.io/acme/cart@sha256:${'a'.repeat(63)}`),
      'something after the digest': from(`${PINNED}-latest`),
      'a second digest': from(`${PINNED}@${DIGEST}`),
      'a line after the digest': from(`${PINNED}\nlatest`),
      'the words of a digest in a path': from(`ghcr.io/acme/sha256/${'a'.repeat(64)}`),
      'a tag that looks like a digest': from(`ghcr.io/acme/cart:sha256-${'a'.repeat(64)}`),
      'a tagged init container': wasmPod({ initContainers: [sidecar({ image: 'ghcr.io/acme/proxy:1' })] }),
      'a tagged debug container': wasmPod({ ephemeralContainers: [debugContainer({ image: 'busybox:1' })] }),
      'a tag in a CronJob': cronJobOf(from('ghcr.io/acme/cart:1.2')),
      'a name that only looks exempt': from('registry.localhost/dev:1'),
      'a tagged volume': wasmPod({ volumes: [{ name: 'data', image: { reference: 'ghcr.io/acme/data:1' } }] }),
    },
  },
};
