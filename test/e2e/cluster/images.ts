import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ImageFormat, WasmImage } from '../../../lib';
import {
  type Blob,
  blob,
  descriptor,
  jsonBlob,
  MEDIA_TYPES,
  type PackedImage,
  packed,
} from '../../../lib/image/packer/oci';

/** Pushes to a registry as any client would. For a process in its network. */
export class Registry {
  public constructor(private readonly address: string) {}

  /** Every byte the library's reference stands for. @returns the reference */
  public async pushWasm(image: WasmImage, format: ImageFormat): Promise<string> {
    const reference = image.referenceIn(format);
    await this.push(image.repository.replace(/^[^/]+\//, ''), image._pack(format));
    return reference;
  }

  /** @param tag besides the digest */
  public async push(repository: string, image: PackedImage, tag?: string): Promise<void> {
    for (const one of image.blobs) await this.blob(repository, one);
    for (const manifest of image.manifests) await this.manifest(repository, manifest, manifest.digest);
    const last = image.manifests[image.manifests.length - 1];
    if (tag !== undefined && last !== undefined) await this.manifest(repository, last, tag);
  }

  private async blob(repository: string, { digest, bytes }: Blob): Promise<void> {
    const { location } = await this.send('POST', `/v2/${repository}/blobs/uploads/`);
    const url = new URL(location ?? '', `http://${this.address}`);
    url.searchParams.set('digest', digest);
    await this.send('PUT', url.pathname + url.search, 'application/octet-stream', bytes);
  }

  private async manifest(repository: string, { mediaType, bytes }: Blob, name: string): Promise<void> {
    await this.send('PUT', `/v2/${repository}/manifests/${name}`, mediaType, bytes);
  }

  private send(
    method: string,
    path: string,
    type?: string,
    body?: Uint8Array,
  ): Promise<{ readonly location: string | undefined }> {
    return new Promise((resolve, reject) => {
      const headers = { ...(type && { 'content-type': type }), 'content-length': body?.length ?? 0 };
      const outgoing = request(`http://${this.address}${path}`, { method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const { statusCode = 0, headers: answered } = answer;
          if (statusCode < 300) resolve({ location: answered.location });
          else reject(new Error(`${method} ${path}: ${statusCode} ${Buffer.concat(chunks).toString()}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

/** An ordinary image of one layer. @param files path in the image → file of this machine */
export function rootfsImage(files: Readonly<Record<string, string>>, entrypoint: readonly string[]): PackedImage {
  const root = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-image-'));
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      cpSync(source, join(root, path), { dereference: true });
    }
    mkdirSync(join(root, 'tmp'), { recursive: true });
    const layer = execFileSync('tar', ['-C', root, '--owner=0', '--group=0', '--mtime=@0', '-cf', '-', '.'], {
      maxBuffer: 1024 * 1024 * 1024,
    });
    const content = blob('application/vnd.oci.image.layer.v1.tar', layer);
    const config = jsonBlob(MEDIA_TYPES.imageConfig, {
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Entrypoint: [...entrypoint], Env: ['PATH=/usr/local/bin:/usr/bin:/bin'] },
      rootfs: { type: 'layers', diff_ids: [content.digest] },
    });
    const manifest = jsonBlob(MEDIA_TYPES.manifest, {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: descriptor(config),
      layers: [descriptor(content)],
    });
    return packed([config, content], [manifest]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A program of this machine with the libraries it is linked to. */
export function withLibraries(program: string, path: string): Record<string, string> {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  return { [path]: program, ...Object.fromEntries([...libraries].map(([, library = '']) => [library, library])) };
}
