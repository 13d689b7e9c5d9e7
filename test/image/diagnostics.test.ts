import { CATALOGUE } from '../../lib/diagnostics/catalogue';
import { WasmImage, WasmLock, type WasmModuleOptions } from '../../lib/image';
import { ImageFormat, WasmPayload } from '../../lib/runtime/vocabulary';
import { workingDirectory } from './files-on-disk';
import {
  componentExports,
  coreExports,
  coreImport,
  coreImports,
  httpComponent,
  program,
  sha256,
  wasmComponent,
  wasmModule,
} from './wasm-builder';

const { write } = workingDirectory();
const repository = 'ghcr.io/acme/cart';
const DIGEST = `sha256:${'1'.repeat(64)}`;

const findings = (image: WasmImage) => image._findings().map(({ code, message }) => `${code}: ${message}`);
const fromBytes = (bytes: Uint8Array | string, options: Partial<WasmModuleOptions> = {}) =>
  WasmImage.fromModule(write('cart.wasm', bytes), { repository, ...options });
const thrown = (action: () => unknown): string[] => {
  try {
    action();
  } catch (error) {
    return [(error as Error).message];
  }
  return [];
};
const lockOf = () => WasmLock.of({ cart: fromBytes(httpComponent('0.2.4')) });

/** One failing program for each code, with everything it says. */
const CASES: ReadonlyArray<readonly [code: string, act: () => string[], text: string]> = [
  [
    'WASM0201',
    () => findings(fromBytes('version https://git-lfs.github.com/spec/v1\n')),
    'cart.wasm is a Git LFS pointer: byte 0 should begin 00 61 73 6d, the magic number of WebAssembly, and 76 65 72 73 is there; fetch the file itself with `git lfs pull`',
  ],
  [
    'WASM0202',
    () => findings(WasmImage.fromModule('services/gone.wasm', { repository })),
    'services/gone.wasm cannot be read: there is no such file; build it first, or correct the path, which starts in the working directory unless it is absolute',
  ],
  [
    'WASM0203',
    () => findings(fromBytes(program().subarray(0, 40))),
    'cart.wasm is truncated or damaged at byte 40: expected a section of 36 bytes that begins at byte 14, found the end of the file; build or copy it again',
  ],
  [
    'WASM0204',
    () => findings(WasmImage.fromRegistry('ghcr.io/acme/cart:1.2', { payload: WasmPayload.MODULE })),
    '"ghcr.io/acme/cart:1.2" has no digest, so it can become another image; name it as `ghcr.io/acme/cart:1.2@sha256:…`, with the digest the registry shows for it',
  ],
  [
    'WASM0205',
    () => findings(fromBytes(program(), { repository: 'ghcr.io/Acme/cart' })),
    '"ghcr.io/Acme/cart" is not a repository: it has to be lower case; write it like `ghcr.io/acme/cart`',
  ],
  [
    'WASM0206',
    () => {
      const lock = lockOf();
      return findings(fromBytes(httpComponent('0.2.3'), { lock }));
    },
    `the lock records the module digest ${sha256(httpComponent('0.2.4'))} for "cart", and cart.wasm has ${sha256(httpComponent('0.2.3'))}; write the lock again if the change is meant, or bring back what was locked`,
  ],
  [
    'WASM0208',
    () => findings(WasmImage.fromLock(lockOf(), 'basket')),
    'the lock has no entry "basket", only cart; name one of its entries, or write the lock again with this image in it',
  ],
  [
    'WASM0209',
    () => findings(WasmImage.fromLock(WasmLock.fromFile(write('wasm.lock', '<<<<<<< HEAD')), 'cart')),
    'wasm.lock is not a usable lock: it is not JSON; write it again with WasmLock.of(…).writeTo(…), or restore it',
  ],
  [
    'WASM0210',
    () => findings(fromBytes(wasmModule(coreImports(coreImport('gojs', 'runtime.wasmExit')), coreExports('_start')))),
    "cart.wasm imports gojs.runtime.wasmExit, which Go's wasm_exec.js gives to a browser; build it with `GOOS=wasip1 GOARCH=wasm`, or `tinygo build -target=wasip2`",
  ],
  [
    'WASM0211',
    () => findings(fromBytes(wasmComponent(componentExports('wasi:http/handler@0.3.0')))),
    'cart.wasm exports wasi:http/handler@0.3.0, and no shim runs WASI 0.3 yet; build it against WASI 0.2: pin the version of its WIT files',
  ],
  [
    'WASM0212',
    () => findings(fromBytes(wasmModule(coreExports('add')))),
    'cart.wasm exports add, but no function `_start`; build a program with a main function for wasm32-wasip1',
  ],
  [
    'WASM0213',
    () => findings(fromBytes(Buffer.from('7f454c46020101c80000', 'hex'))),
    'cart.wasm is machine code that Wasmtime compiled ahead of time; give the .wasm file it came from',
  ],
  [
    'WASM0214',
    () => thrown(() => fromBytes(program()).referenceIn(ImageFormat.SPIN)),
    'cart.wasm cannot be had as spin, only as artifact or image; use one of these, or publish it in that format and name it with WasmImage.fromRegistry',
  ],
  [
    'WASM0215',
    () => findings(fromBytes(program(), { platforms: ['linux/amd64', 'linux/aarch64'] })),
    '"linux/aarch64" cannot be a platform of an image: the architecture is called arm64; set `platforms` to those of the nodes, such as linux/amd64 and linux/arm64',
  ],
  [
    'WASM0216',
    () => findings(fromBytes(program(), { annotations: { 'dev.cdk8s-wasm.abi': 'wasi:p1' } })),
    'annotation "dev.cdk8s-wasm.abi" cannot be set: keys that begin with dev.cdk8s-wasm. say what was found in the bytes; use another key in `annotations`, such as org.opencontainers.image.source',
  ],
  [
    'WASM0217',
    () =>
      thrown(() =>
        WasmImage.fromRegistry(`${repository}@${DIGEST}`, { payload: WasmPayload.MODULE }).writeLayout(
          'x',
          ImageFormat.ARTIFACT,
        ),
      ),
    `the bytes of ghcr.io/acme/cart@${DIGEST} are not at hand; write the layout from WasmImage.fromModule(…), or copy the published image with a registry tool`,
  ],
  [
    'WASM0218',
    () => {
      write('oci/index.json', '<html>');
      return thrown(() => fromBytes(program()).writeLayout('oci', ImageFormat.ARTIFACT));
    },
    'oci cannot hold an OCI image layout: its index.json is not an image index; name a new directory, or one that holds a layout',
  ],
];

test.each(CASES)('%s says what was found and what to do', (code, act, text) => {
  expect(act()).toEqual([`${code}: ${text}`]);
});

test('every code of this room has a failing program here', () => {
  const known = CATALOGUE.find(({ room }) => room === 'image')?.diagnostics.map(({ code }) => code);
  expect(CASES.map(([code]) => code)).toEqual(known);
});

test('the nearest legal programs say nothing', () => {
  const lock = lockOf();
  const annotations = { 'dev.cdk8s-wasmx.kind': 'module', 'org.opencontainers.image.version': '1' };
  const legal = [
    fromBytes(httpComponent('0.2.4'), { lock }),
    fromBytes(httpComponent('0.2.3'), { platforms: ['linux/arm64', 'wasi/wasm'], annotations }),
    fromBytes(wasmModule(coreImports(coreImport('wasi_snapshot_preview1', 'proc_exit')), coreExports('_start'))),
    WasmImage.fromLock(lock, 'cart'),
    WasmImage.fromRegistry(`ghcr.io/acme/cart:1.2@${DIGEST}`, { payload: WasmPayload.MODULE }),
  ];
  expect(legal.flatMap(findings)).toEqual([]);
});

test.each<[string, Partial<WasmModuleOptions>, string]>([
  [
    'no platforms',
    { platforms: [] },
    '"" cannot be a platform of an image: without a linux platform beside it no node unpacks the image',
  ],
  [
    'wasi alone',
    { platforms: ['wasi/wasm'] },
    '"wasi/wasm" cannot be a platform of an image: without a linux platform beside it no node unpacks the image',
  ],
  [
    'a platform twice',
    { platforms: ['linux/amd64', 'linux/amd64'] },
    '"linux/amd64" cannot be a platform of an image: it is given twice',
  ],
  [
    'an empty key',
    { annotations: { '': 'x' } },
    'annotation "" cannot be set: a key is made of visible ASCII characters',
  ],
  [
    'a key with a space',
    { annotations: { 'a b': 'x' } },
    'annotation "a b" cannot be set: a key is made of visible ASCII characters',
  ],
])('refuses %s', (_, options, text) => {
  const found = findings(fromBytes(program(), options));
  expect(found.map((one) => one.replace(/^WASM\d+: /, '').replace(/; .*/, ''))).toEqual([text]);
});

test('a payload that is not packed so', () => {
  const image = WasmImage.fromRegistry(`${repository}@${DIGEST}`, {
    payload: WasmPayload.HTTP_COMPONENT,
    format: ImageFormat.SPIN,
  });
  expect(findings(image)).toEqual([
    'WASM0214: a component:http cannot be had as spin, only as artifact or image; use one of these, or publish it in that format and name it with WasmImage.fromRegistry',
  ]);
});

test('an empty lock says so', () => {
  expect(findings(WasmImage.fromLock(WasmLock.of({}), 'cart'))).toEqual([
    'WASM0208: the lock has no entry "cart", it is empty; name one of its entries, or write the lock again with this image in it',
  ]);
});

test.each([
  ['a directory', '.', 'it is a directory'],
  ['a device, which has no end', '/dev/zero', 'it is not a regular file'],
  ['a path through a file', 'cart.wasm/x', 'there is no such file'],
  ['a path with a null byte', 'cart\0.wasm', 'the path holds a null byte'],
])('does not read %s', (_, path, reason) => {
  fromBytes(program());
  expect(findings(WasmImage.fromModule(path, { repository }))[0]).toContain(`cannot be read: ${reason}; `);
});

test('a layout in a place that cannot be written says why', () => {
  write('file', 'x');
  expect(thrown(() => fromBytes(program()).writeLayout('file/oci', ImageFormat.ARTIFACT))).toEqual([
    'WASM0218: file/oci cannot hold an OCI image layout: there is no such file; name a new directory, or one that holds a layout',
  ]);
});
