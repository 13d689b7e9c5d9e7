import { inspect } from '../../../lib/image/inspector/inspect';
import { packArtifact } from '../../../lib/image/packer/artifact';
import {
  cliComponent,
  componentExports,
  componentImports,
  coreExports,
  coreImport,
  coreImports,
  httpComponent,
  producers,
  program,
  sha256,
  wasmComponent,
  wasmModule,
} from '../wasm-builder';
import { json, only } from './packed';

const pack = (bytes: Uint8Array, annotations: Record<string, string> = {}) =>
  packArtifact({ bytes, digest: sha256(bytes), inspection: inspect(bytes), annotations });
const config = (bytes: Uint8Array) => json(only(pack(bytes).blobs, 'application/vnd.wasm.config.v0+json'));

test('an artifact is a bare manifest over a config and the bytes as they are', () => {
  const bytes = httpComponent();
  const packed = pack(bytes);
  const configBlob = only(packed.blobs, 'application/vnd.wasm.config.v0+json');
  expect(json(only(packed.manifests))).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: configBlob.mediaType, digest: configBlob.digest, size: configBlob.size },
    layers: [
      {
        mediaType: 'application/wasm',
        digest: sha256(bytes),
        size: bytes.length,
        annotations: { 'org.opencontainers.image.title': 'app.wasm' },
      },
    ],
    annotations: {
      'dev.cdk8s-wasm.abi': 'wasi:0.2',
      'dev.cdk8s-wasm.kind': 'component',
      'dev.cdk8s-wasm.world': 'wasi:http/proxy',
    },
  });
  expect(only(packed.blobs, 'application/wasm').bytes).toBe(bytes);
  expect(packed).toMatchObject({ digest: sha256(packed.manifests[0].bytes), size: packed.manifests[0].bytes.length });
});

test('the config of a component lists its world in binary order', () => {
  const bytes = httpComponent();
  expect(config(bytes)).toEqual({
    created: '1970-01-01T00:00:00Z',
    author: null,
    architecture: 'wasm',
    os: 'wasip2',
    layerDigests: [sha256(bytes)],
    component: {
      imports: ['wasi:io/streams@0.2.3', 'wasi:http/types@0.2.3'],
      exports: ['wasi:http/incoming-handler@0.2.3'],
      target: 'wasi:http/proxy@0.2.3',
    },
  });
});

test('the config of a module has no component', () => {
  const bytes = program();
  expect(config(bytes)).toEqual({
    created: '1970-01-01T00:00:00Z',
    author: null,
    architecture: 'wasm',
    os: 'wasip1',
    layerDigests: [sha256(bytes)],
  });
});

const target = (bytes: Uint8Array) => (config(bytes).component as { target?: string }).target;
const handling = (...imports: string[]) =>
  wasmComponent(componentImports(...imports), componentExports('wasi:http/incoming-handler@0.2.3'));

test('a target is named only when the component fits the world exactly', () => {
  expect(target(cliComponent('0.2.6'))).toBe('wasi:cli/command@0.2.6');
  expect(target(handling())).toBe('wasi:http/proxy@0.2.3');
  expect(target(handling('wasi:cli/stderr@0.2.0'))).toBe('wasi:http/proxy@0.2.3');
});

test.each([
  ['an import that the world does not offer', handling('wasi:filesystem/types@0.2.3')],
  ['an interface of its own', handling('acme:shop/prices@1.0.0')],
  ['a draft', handling('wasi:http/types@0.2.0-draft')],
  ['a second export', wasmComponent(componentExports('wasi:http/incoming-handler@0.2.3', 'acme:shop/x'))],
])('no target with %s', (_, bytes) => {
  expect(target(bytes)).toBeUndefined();
});

test('annotations carry the toolchain, the extensions and what the author adds', () => {
  const bytes = wasmModule(
    coreImports(coreImport('wasi_snapshot_preview1', 'sock_open'), coreImport('wasi_ephemeral_nn', 'load')),
    coreExports('_start'),
    producers({ 'processed-by': { rustc: '1.95.0' } }),
  );
  const { annotations } = json(only(pack(bytes, { 'org.opencontainers.image.version': '1.2.0' }).manifests));
  expect(annotations).toEqual({
    'dev.cdk8s-wasm.abi': 'wasi:p1',
    'dev.cdk8s-wasm.abi.ext': 'wasi-nn,wasmedge-sockets',
    'dev.cdk8s-wasm.kind': 'module',
    'dev.cdk8s-wasm.toolchain': 'Rust 1.95.0',
    'dev.cdk8s-wasm.world': 'command',
    'org.opencontainers.image.version': '1.2.0',
  });
});

test('two modules never share a config, whose digest names the image on a node', () => {
  const digests = [program(), program(producers({}))].map(
    (bytes) => only(pack(bytes).blobs, 'application/vnd.wasm.config.v0+json').digest,
  );
  expect(new Set(digests).size).toBe(2);
});

test('the digest of a fixed module never changes without a new packer version', () => {
  expect([pack(program()).digest, pack(httpComponent()).digest]).toEqual([
    'sha256:81e37364d76a4109e669c85d74e62ca92a17242cc552266d64e186151e16f775',
    'sha256:af22f2fd15e5aa37e9ec44da516a14887e433e44f6d92ca4502713516aa24b1f',
  ]);
});
