import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sha256 } from '../wasm-builder';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Walks an OCI image layout from its index.json as a registry tool would, with the rules of the specification and
 * none of our code: digests, sizes, media types, layers that unpack to their diff_ids, no file that nobody names.
 */
export function checkLayout(dir: string): { blobs: number; problems: string[] } {
  const problems: string[] = [];
  const seen = new Set<string>();
  const layout = JSON.parse(readFileSync(join(dir, 'oci-layout'), 'utf8'));
  if (layout.imageLayoutVersion !== '1.0.0') problems.push('oci-layout has another version');

  const read = ({ digest, size }: Descriptor): Buffer => {
    seen.add(digest);
    const path = join(dir, 'blobs', 'sha256', digest.replace(/^sha256:/, ''));
    if (!existsSync(path)) {
      problems.push(`${digest} is missing`);
      return Buffer.from('{}');
    }
    const bytes = readFileSync(path);
    if (sha256(bytes) !== digest) problems.push(`${digest} has the digest ${sha256(bytes)}`);
    if (bytes.length !== size) problems.push(`${digest} has ${bytes.length} bytes, not ${size}`);
    return bytes;
  };

  const visitManifest = (descriptor: Descriptor) => {
    const manifest = JSON.parse(read(descriptor).toString('utf8'));
    if (manifest.schemaVersion !== 2) problems.push(`${descriptor.digest} has no schemaVersion 2`);
    if (manifest.mediaType !== descriptor.mediaType) problems.push(`${descriptor.digest} has another media type`);
    if (descriptor.mediaType.includes('index')) {
      for (const child of manifest.manifests) visitManifest(child);
      return;
    }
    const config = JSON.parse(read(manifest.config).toString('utf8'));
    const layers: Buffer[] = manifest.layers.map(read);
    const ids = config.rootfs?.diff_ids ?? config.layerDigests;
    const isTar = (index: number) => manifest.layers[index].mediaType.endsWith('tar+gzip');
    const unpacked = layers.map((bytes, index) => sha256(isTar(index) ? gunzipSync(bytes) : bytes));
    if (JSON.stringify(ids) !== JSON.stringify(unpacked))
      problems.push(`${descriptor.digest} has other layers than its config`);
  };
  for (const one of JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8')).manifests) visitManifest(one);

  for (const name of readdirSync(join(dir, 'blobs', 'sha256'))) {
    if (!/^[a-f0-9]{64}$/.test(name)) problems.push(`${name} is not a blob`);
  }
  return { blobs: seen.size, problems };
}
