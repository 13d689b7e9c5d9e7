import type { Inspection } from '../inspector/inspection';
import type { Json } from './canonical-json';
import { metadata } from './metadata';
import { blob, descriptor, EPOCH, jsonBlob, MEDIA_TYPES, type PackedImage, packed } from './oci';
import { targetOf } from './target';

/** What is packed: the bytes, what they say, and what their author adds. */
export interface Packable {
  readonly bytes: Uint8Array;
  readonly inspection: Inspection;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ArtifactPackable extends Packable {
  /** `sha256:…` of the bytes; whoever packs has it already. */
  readonly digest: string;
}

/** Name of the file that `oras pull` writes; the digest must not depend on where the module lay. */
const TITLE = { 'org.opencontainers.image.title': 'app.wasm' };

/**
 * The CNCF artifact: one manifest with the bytes as they are. It is never put into an index: shims read the
 * image's target as a manifest, and containerd finds no platform in such an index.
 * @see https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/
 */
export function packArtifact({ bytes, digest, inspection, annotations }: ArtifactPackable): PackedImage {
  const layer = blob(MEDIA_TYPES.wasmLayer, bytes, digest);
  const config = jsonBlob(MEDIA_TYPES.wasmConfig, {
    created: EPOCH,
    author: null,
    architecture: 'wasm',
    // The only two values there are: any core module is wasip1, any component wasip2.
    os: inspection.kind === 'module' ? 'wasip1' : 'wasip2',
    // It makes the config, whose digest names the image on a node, different for each module.
    layerDigests: [layer.digest],
    ...(inspection.kind === 'component' ? { component: component(inspection) } : {}),
  });
  const manifest = jsonBlob(MEDIA_TYPES.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: descriptor(config),
    layers: [{ ...descriptor(layer), annotations: TITLE }],
    annotations: metadata(inspection, annotations),
  });
  return packed([config, layer], [manifest]);
}

function component(inspection: Inspection): Json {
  const target = targetOf(inspection);
  return {
    imports: inspection.imports.map(({ name }) => name),
    exports: inspection.exports.map(({ name }) => name),
    ...(target === undefined ? {} : { target }),
  };
}
