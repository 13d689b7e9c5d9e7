import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isUpToDate, readTextIfThere, writeAtomically } from '../files';
import { type Json, type JsonObject, readableJson } from './canonical-json';
import { type Blob, descriptor, MEDIA_TYPES, type PackedImage } from './oci';

const REF_NAME = 'org.opencontainers.image.ref.name';

export interface LayoutOptions {
  /** Name of the image in the layout: what `skopeo copy oci:DIR:TAG` takes. */
  readonly tag?: string;
}

/** Thrown for a directory that holds something else. */
export class LayoutError extends Error {}

/**
 * Writes an OCI image layout, or adds to the one that is there. Every file appears whole or not at all, and a second
 * time changes nothing.
 * @throws LayoutError when an index.json is there that is not one of a layout
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export function writeLayout(dir: string, image: PackedImage, { tag }: LayoutOptions = {}): void {
  const others = readIndex(join(dir, 'index.json')).filter((one) => !isReplaced(one, image, tag));
  const blobs = join(dir, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  for (const one of [...image.blobs, ...image.manifests]) writeBlob(blobs, one);
  writeText(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const entry = { ...descriptor(image), ...(tag === undefined ? {} : { annotations: { [REF_NAME]: tag } }) };
  const manifests = [...others, entry].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  // Last, so that a layout whose index names an image has all of it.
  writeText(join(dir, 'index.json'), readableJson({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests }));
}

function writeBlob(blobs: string, { digest, bytes }: Blob): void {
  const path = join(blobs, digest.slice('sha256:'.length));
  if (!isUpToDate(path, bytes)) writeAtomically(path, bytes);
}

function writeText(path: string, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  if (!isUpToDate(path, bytes)) writeAtomically(path, bytes);
}

function readIndex(path: string): readonly JsonObject[] {
  const text = readTextIfThere(path);
  if (text === undefined) return [];
  const manifests = parsed(text);
  if (!Array.isArray(manifests) || !manifests.every(isObject))
    throw new LayoutError('its index.json is not an image index');
  return manifests;
}

function parsed(text: string): unknown {
  try {
    const index: unknown = JSON.parse(text);
    return isObject(index) ? index.manifests : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A tag names one image; without a tag, an image is there once. */
const isReplaced = (one: JsonObject, image: PackedImage, tag: string | undefined): boolean =>
  tag === undefined ? refName(one) === undefined && one.digest === image.digest : refName(one) === tag;

function refName({ annotations }: JsonObject): Json | undefined {
  return annotations !== undefined && isObject(annotations) ? annotations[REF_NAME] : undefined;
}

const sortKey = (one: JsonObject): string => `${String(refName(one) ?? '')} ${String(one.digest)}`;
