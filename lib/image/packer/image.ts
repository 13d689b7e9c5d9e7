import { WasmPayload } from '../../runtime/vocabulary';
import type { Packable } from './artifact';
import { metadata } from './metadata';
import { type Blob, blob, descriptor, EPOCH, jsonBlob, MEDIA_TYPES, type PackedImage, packed } from './oci';
import { toPlatform } from './platform';
import { gzip, tarOf } from './tar';

/** crun and Podman know Wasm in an ordinary image by it. */
const COMPAT = { 'module.wasm.image/variant': 'compat' };

/** One image of the file system `/app.wasm`, as it is on every platform that is asked for. */
export interface ImagePackable extends Packable {
  /** Checked and in order; one makes a manifest, more make an index over manifests that share the layer. */
  readonly platforms: readonly string[];
}

/**
 * A root filesystem with the module in it. Every linux entry of an index carries it: a node takes the entry of its
 * own platform, also under a Wasm handler, and never `wasi/wasm`.
 */
export function packImage(packable: ImagePackable): PackedImage {
  const { bytes, inspection, annotations, platforms } = packable;
  const tar = tarOf('app.wasm', bytes);
  const layer = blob(MEDIA_TYPES.imageLayer, gzip(tar));
  const diffId = blob(MEDIA_TYPES.imageLayer, tar).digest;
  const labels = metadata(inspection, annotations);
  const drains = inspection.payload === WasmPayload.HTTP_COMPONENT;
  const configs = platforms.map((platform) => config(platform, diffId, labels, drains));
  const manifests = configs.map((one) => manifest(one, layer, { ...labels, ...COMPAT }));
  const blobs = [...configs, layer];
  if (manifests.length === 1) return packed(blobs, manifests);
  const index = jsonBlob(MEDIA_TYPES.index, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: manifests.map((one, at) => ({ ...descriptor(one), platform: toPlatform(platforms[at]) })),
    annotations: labels,
  });
  return packed(blobs, [...manifests, index]);
}

function config(platform: string, diffId: string, labels: Record<string, string>, drains: boolean): Blob {
  return jsonBlob(MEDIA_TYPES.imageConfig, {
    ...toPlatform(platform),
    created: EPOCH,
    config: {
      Entrypoint: ['/app.wasm'],
      Labels: labels,
      // SIGTERM drops the requests a wasi:http guest is serving; SIGINT lets them end.
      ...(drains ? { StopSignal: 'SIGINT' } : {}),
    },
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [{ created: EPOCH, created_by: 'cdk8s-wasm' }],
  });
}

const manifest = (config: Blob, layer: Blob, annotations: Record<string, string>): Blob =>
  jsonBlob(MEDIA_TYPES.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: descriptor(config),
    layers: [descriptor(layer)],
    annotations,
  });
