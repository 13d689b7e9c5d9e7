import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type JsonObject } from './canonical-json';

export const MEDIA_TYPES = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  imageConfig: 'application/vnd.oci.image.config.v1+json',
  imageLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  wasmConfig: 'application/vnd.wasm.config.v0+json',
  wasmLayer: 'application/wasm',
} as const;

/** Every time in what we pack: a digest that depends on the clock would be another one on every machine. */
export const EPOCH = '1970-01-01T00:00:00Z';

/** Bytes with their name. */
export interface Blob {
  readonly mediaType: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** An image that nobody has stored yet. The digest is that of the manifest, or of the index over several. */
export interface PackedImage {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** Configs and layers; a registry wants them first. */
  readonly blobs: readonly Blob[];
  /** Manifests, then the index if there is one: the last is the image. */
  readonly manifests: readonly Blob[];
}

export const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export const blob = (mediaType: string, bytes: Uint8Array, digest = sha256(bytes)): Blob => ({
  mediaType,
  digest,
  size: bytes.length,
  bytes,
});

export const jsonBlob = (mediaType: string, value: Json): Blob =>
  blob(mediaType, Buffer.from(canonicalJson(value), 'utf8'));

/** How a manifest names a blob. @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export const descriptor = ({ mediaType, digest, size }: Omit<Blob, 'bytes'>): JsonObject => ({
  mediaType,
  digest,
  size,
});

export function packed(blobs: readonly Blob[], manifests: readonly Blob[]): PackedImage {
  const { mediaType, digest, size } = manifests[manifests.length - 1];
  return { mediaType, digest, size, blobs, manifests };
}
