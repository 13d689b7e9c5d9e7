import { gunzipSync } from 'node:zlib';
import { inspect } from '../../../lib/image/inspector/inspect';
import { packImage } from '../../../lib/image/packer/image';
import { tarOf } from '../../../lib/image/packer/tar';
import { cliComponent, httpComponent, program, sha256 } from '../wasm-builder';
import { json, only } from './packed';

const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const INDEX = 'application/vnd.oci.image.index.v1+json';

const pack = (bytes: Uint8Array, platforms: readonly string[], annotations: Record<string, string> = {}) =>
  packImage({ bytes, inspection: inspect(bytes), annotations, platforms });

test('one platform makes a plain manifest', () => {
  const packed = pack(program(), ['linux/amd64']);
  const config = only(packed.blobs, CONFIG);
  const layer = only(packed.blobs, LAYER);
  expect(packed.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
  expect(json(only(packed.manifests))).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: CONFIG, digest: sha256(config.bytes), size: config.bytes.length },
    layers: [{ mediaType: LAYER, digest: sha256(layer.bytes), size: layer.bytes.length }],
    annotations: {
      'dev.cdk8s-wasm.abi': 'wasi:p1',
      'dev.cdk8s-wasm.kind': 'module',
      'dev.cdk8s-wasm.world': 'command',
      'module.wasm.image/variant': 'compat',
    },
  });
});

test('the layer unpacks to the archive whose digest the config has', () => {
  const bytes = program();
  const packed = pack(bytes, ['linux/amd64']);
  const tar = gunzipSync(only(packed.blobs, LAYER).bytes);
  expect(Buffer.compare(tar, tarOf('app.wasm', bytes))).toBe(0);
  expect(json(only(packed.blobs, CONFIG))).toEqual({
    os: 'linux',
    architecture: 'amd64',
    created: '1970-01-01T00:00:00Z',
    config: {
      Entrypoint: ['/app.wasm'],
      Labels: {
        'dev.cdk8s-wasm.abi': 'wasi:p1',
        'dev.cdk8s-wasm.kind': 'module',
        'dev.cdk8s-wasm.world': 'command',
      },
    },
    rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'cdk8s-wasm' }],
  });
});

test('every entry of an index carries the same Wasm', () => {
  const packed = pack(program(), ['linux/amd64', 'linux/arm64/v8', 'wasi/wasm']);
  const index = json(only(packed.manifests, INDEX)) as { manifests: Array<{ platform: object; digest: string }> };
  expect(packed).toMatchObject({ mediaType: INDEX, digest: sha256(packed.manifests[3].bytes) });
  expect(index.manifests.map(({ platform }) => platform)).toEqual([
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64', variant: 'v8' },
    { os: 'wasi', architecture: 'wasm' },
  ]);
  const children = index.manifests.map(({ digest }) => packed.manifests.find((one) => one.digest === digest));
  const layers = children.map((one) => one && (json(one) as { layers: unknown }).layers);
  expect(layers).toEqual([layers[0], layers[0], layers[0]]);
  expect(packed.blobs.map(({ mediaType }) => mediaType)).toEqual([CONFIG, CONFIG, CONFIG, LAYER]);
});

test('only what serves HTTP is stopped by SIGINT, which drains it', () => {
  const signal = (bytes: Uint8Array) =>
    (json(only(pack(bytes, ['linux/amd64']).blobs, CONFIG)).config as { StopSignal?: string }).StopSignal;
  expect([httpComponent(), cliComponent(), program()].map(signal)).toEqual(['SIGINT', undefined, undefined]);
});

test('what the author adds is on the index, the manifests and the configs', () => {
  const packed = pack(program(), ['linux/amd64', 'linux/arm64'], {
    'org.opencontainers.image.source': 'https://acme.example',
  });
  const found = [...packed.manifests, ...packed.blobs.filter(({ mediaType }) => mediaType === CONFIG)].map((one) =>
    JSON.stringify(json(one)).includes('"org.opencontainers.image.source":"https://acme.example"'),
  );
  expect(found).toEqual([true, true, true, true, true]);
});

test('the digest of a fixed module never changes without a new packer version', () => {
  expect([
    pack(program(), ['linux/amd64']).digest,
    pack(httpComponent(), ['linux/amd64', 'linux/arm64']).digest,
  ]).toEqual([
    'sha256:8789d62167800fbadc82bedcb1ac8499e6bb17294e5a36fbdd0efda7ab806ab3',
    'sha256:f8b7dfbd4f488e7e9a2b09b2c87d788efb57d7bdf2a826496d0e76ef6545d21b',
  ]);
});
