import { readFileSync, rmSync } from 'node:fs';
import { WasmImage, WasmLock, type WasmModuleOptions } from '../../lib/image';
import { ImageFormat, WasmPayload } from '../../lib/runtime/vocabulary';
import { workingDirectory } from './files-on-disk';
import { checkLayout } from './packer/layout-check';
import { httpComponent, producers, program, sha256 } from './wasm-builder';

const { write } = workingDirectory();
const repository = 'ghcr.io/acme/cart';
const { ARTIFACT, IMAGE, SPIN, WASM_TO_OCI } = ImageFormat;

const cart = (options: Partial<WasmModuleOptions> = {}) => {
  write('cart.wasm', httpComponent());
  return WasmImage.fromModule('cart.wasm', { repository, ...options });
};
const messages = (image: WasmImage) => image._findings().map(({ code, message }) => `${code}: ${message}`);
const DIGEST = `sha256:${'1'.repeat(64)}`;

describe('from a module', () => {
  test('everything the bytes say can be read', () => {
    const image = cart();
    expect({
      source: image.source,
      repository: image.repository,
      payload: image.payload,
      sizeBytes: image.sizeBytes,
      kind: image.kind,
      wasi: image.wasi,
      world: image.world,
      imports: image.imports,
      exports: image.exports,
      extensions: image.extensions,
      toolchain: image.toolchain,
      formats: image.formats,
      findings: image._findings(),
    }).toEqual({
      source: 'cart.wasm',
      repository,
      payload: WasmPayload.HTTP_COMPONENT,
      sizeBytes: httpComponent().length,
      kind: 'component',
      wasi: 'wasi:0.2',
      world: 'wasi:http/proxy',
      imports: ['wasi:io/streams@0.2.3', 'wasi:http/types@0.2.3'],
      exports: ['wasi:http/incoming-handler@0.2.3'],
      extensions: [],
      toolchain: undefined,
      formats: [ARTIFACT, IMAGE],
      findings: [],
    });
  });

  test('a reference names the digest of the manifest it would be pushed as', () => {
    const image = cart();
    for (const format of [ARTIFACT, IMAGE]) {
      const { manifests, digest } = image._pack(format);
      expect(image.referenceIn(format)).toBe(`${repository}@${digest}`);
      expect(sha256(manifests[manifests.length - 1].bytes)).toBe(digest);
    }
  });

  test('the digest depends on the bytes, not on where they are or go', () => {
    const first = cart().digestIn(ARTIFACT);
    write('elsewhere/other.wasm', httpComponent());
    const second = WasmImage.fromModule('elsewhere/other.wasm', { repository: 'localhost:5000/x' });
    expect(second.digestIn(ARTIFACT)).toBe(first);
    write('elsewhere/newer.wasm', httpComponent('0.2.4'));
    expect(WasmImage.fromModule('elsewhere/newer.wasm', { repository }).digestIn(ARTIFACT)).not.toBe(first);
  });

  test('the file is read once', () => {
    const image = cart();
    const { digest } = image._pack(ARTIFACT);
    rmSync('cart.wasm');
    expect(image.digestIn(ARTIFACT)).toBe(digest);
    image.writeLayout('layout-without-file', ARTIFACT);
    expect(checkLayout('layout-without-file')).toEqual({ blobs: 3, problems: [] });
  });

  test('lists are copies, and so are the options', () => {
    const annotations: Record<string, string> = { a: '1' };
    const platforms = ['linux/amd64'];
    const image = cart({ annotations, platforms });
    const expected = cart({ annotations: { a: '1' }, platforms: ['linux/amd64'] });
    annotations.a = '2';
    platforms.push('linux/arm64');
    image.imports.push('x');
    image.formats.pop();
    expect(image.imports).toHaveLength(2);
    expect(image.formats).toEqual([ARTIFACT, IMAGE]);
    expect(image.digestIn(ARTIFACT)).toBe(expected.digestIn(ARTIFACT));
    expect(image.digestIn(IMAGE)).toBe(expected.digestIn(IMAGE));
  });

  test('the order of platforms does not matter', () => {
    const digest = (...platforms: string[]) => cart({ platforms }).digestIn(IMAGE);
    expect(digest('linux/arm64', 'linux/amd64')).toBe(cart().digestIn(IMAGE));
    expect(digest('linux/amd64')).not.toBe(cart().digestIn(IMAGE));
  });

  test('all that is wrong arrives together, and nothing is thrown before somebody asks for more', () => {
    write('page.wasm', '<!doctype html>');
    const image = WasmImage.fromModule('page.wasm', {
      repository: 'ghcr.io/acme/cart:1',
      platforms: ['linux/x86_64'],
      annotations: { 'dev.cdk8s-wasm.kind': 'module' },
      lock: WasmLock.fromFile('none.lock'),
      lockName: 'cart',
    });
    expect(image._findings().map(({ code }) => code)).toEqual([
      'WASM0201',
      'WASM0205',
      'WASM0215',
      'WASM0216',
      'WASM0209',
    ]);
    expect(image.payload).toBeUndefined();
    const first = new Error(messages(image)[0]);
    expect(() => image.referenceIn(ARTIFACT)).toThrow(first);
    expect(() => image.digestIn(SPIN)).toThrow(first);
    expect(() => image.writeLayout('x', ARTIFACT)).toThrow(first);
  });

  test('the lock is not looked up under a name that comes from a wrong repository', () => {
    const lock = WasmLock.of({ cart: cart() });
    expect(
      cart({ repository: 'ghcr.io/acme/cart:1', lock })
        ._findings()
        .map(({ code }) => code),
    ).toEqual(['WASM0205']);
  });
});

describe('with a lock', () => {
  const lock = () => WasmLock.of({ cart: cart() });

  test('an entry that agrees changes nothing', () => {
    const image = cart({ lock: lock() });
    expect(image._findings()).toEqual([]);
    expect(image.digestIn(IMAGE)).toBe(cart().digestIn(IMAGE));
    expect(image._pack(IMAGE).digest).toBe(cart().digestIn(IMAGE));
  });

  test('the entry may have another name than the repository', () => {
    const named = WasmLock.of({ basket: cart() });
    expect(cart({ lock: named, lockName: 'basket' })._findings()).toEqual([]);
  });

  test('other annotations are another artifact', () => {
    const image = cart({ lock: lock(), annotations: { a: 'b' } });
    expect(messages(image)).toEqual([
      `WASM0206: the lock records the artifact digest ${cart().digestIn(ARTIFACT)} for "cart", and cart.wasm has ${cart({ annotations: { a: 'b' } }).digestIn(ARTIFACT)}; write the lock again if the change is meant, or bring back what was locked`,
    ]);
  });

  test('other platforms are another image', () => {
    expect(messages(cart({ lock: lock(), platforms: ['linux/amd64'] }))).toEqual([
      'WASM0206: the lock records the platforms linux/amd64, linux/arm64 for "cart", and cart.wasm has linux/amd64; write the lock again if the change is meant, or bring back what was locked',
    ]);
  });

  test('a lock of another packer is said once, not once for every digest', () => {
    const text = lock().toJson().replace('"packer": "1"', '"packer": "0"').replace(cart().digestIn(ARTIFACT), DIGEST);
    const image = cart({ lock: WasmLock.fromFile(write('old.lock', text)) });
    expect(messages(image)).toEqual([
      'WASM0206: old.lock records the packer version 0 for "cart", and cart.wasm has 1; write the lock again if the change is meant, or bring back what was locked',
    ]);
  });

  test('an image digest that was changed by hand is believed until the image is packed', () => {
    const locked = cart().digestIn(IMAGE);
    const image = cart({ lock: WasmLock.fromFile(write('forged.lock', lock().toJson().replace(locked, DIGEST))) });
    expect(image.digestIn(IMAGE)).toBe(DIGEST);
    expect(() => image.writeLayout('forged', IMAGE)).toThrow(
      new Error(
        `WASM0206: forged.lock records the image digest ${DIGEST} for "cart", and cart.wasm has ${locked}; write the lock again if the change is meant, or bring back what was locked`,
      ),
    );
  });

  test('an entry of something published elsewhere does not describe a file', () => {
    const external = WasmLock.of({
      cart: WasmImage.fromRegistry(`${repository}@${DIGEST}`, { payload: WasmPayload.HTTP_COMPONENT }),
    });
    expect(messages(cart({ lock: external }))).toEqual([
      `WASM0206: the lock records the module digest of none for "cart", and cart.wasm has ${sha256(httpComponent())}; write the lock again if the change is meant, or bring back what was locked`,
    ]);
  });
});

describe('from a lock', () => {
  test('knows what the module knew, without its bytes', () => {
    write('rust.wasm', program(producers({ 'processed-by': { rustc: '1.95.0' } })));
    const module = WasmImage.fromModule('rust.wasm', { repository });
    const image = WasmImage.fromLock(
      WasmLock.fromFile(write('wasm.lock', WasmLock.of({ cart: module }).toJson())),
      'cart',
    );
    const readable = (one: WasmImage) => [
      ...[one.source, one.repository, one.payload, one.sizeBytes, one.kind, one.wasi, one.world, one.toolchain],
      ...[one.imports, one.exports, one.extensions, one.formats, one.referenceIn(ARTIFACT), one.referenceIn(IMAGE)],
    ];
    expect(readable(image)).toEqual(readable(module));
  });

  test('pulls from a mirror with the same digest', () => {
    const image = WasmImage.fromLock(WasmLock.of({ cart: cart() }), 'cart', { repository: 'mirror.example:5000/cart' });
    expect(image.referenceIn(ARTIFACT)).toBe(`mirror.example:5000/cart@${cart().digestIn(ARTIFACT)}`);
  });

  test('has no bytes to write', () => {
    expect(() => WasmImage.fromLock(WasmLock.of({ cart: cart() }), 'cart').writeLayout('x', ARTIFACT)).toThrow(
      new Error(
        'WASM0217: the bytes of cart.wasm are not at hand; write the layout from WasmImage.fromModule(…), or copy the published image with a registry tool',
      ),
    );
  });

  test('says what is wrong with the repository in the lock, or the one given', () => {
    const lock = WasmLock.of({ cart: cart() });
    expect(
      WasmImage.fromLock(lock, 'cart', { repository: 'cart' })
        ._findings()
        .map(({ code }) => code),
    ).toEqual(['WASM0205']);
  });
});

describe('from a registry', () => {
  const reference = `${repository}:1.2@${DIGEST}`;

  test('the tag is for people and is not part of what is pulled', () => {
    const image = WasmImage.fromRegistry(reference, { payload: WasmPayload.HTTP_COMPONENT, sizeBytes: 12 });
    expect(image.referenceIn(ARTIFACT)).toBe(`${repository}@${DIGEST}`);
    expect([image.source, image.kind, image.wasi, image.world, image.sizeBytes, image.imports]).toEqual([
      ...[reference, 'component', 'wasi:0.2', 'wasi:http/proxy', 12],
      [],
    ]);
  });

  test.each([
    [WasmPayload.MODULE, undefined, ARTIFACT],
    [WasmPayload.SPIN_APP, undefined, SPIN],
    [WasmPayload.MODULE, WASM_TO_OCI, WASM_TO_OCI],
    [WasmPayload.SPIN_APP, IMAGE, IMAGE],
  ])('a %s packed as %s can be had as %s', (payload, format, expected) => {
    const image = WasmImage.fromRegistry(reference, { payload, format });
    expect([image.formats, image._findings()]).toEqual([[expected], []]);
  });

  test('two services may share one image', () => {
    const image = WasmImage.fromRegistry(reference, { payload: WasmPayload.MODULE });
    expect(image.referenceIn(ARTIFACT)).toBe(image.referenceIn(ARTIFACT));
  });
});

describe('as a layout', () => {
  test('both formats of several images fit into one, under names of their own', () => {
    const image = cart();
    image.writeLayout('layout', ARTIFACT);
    image.writeLayout('layout', IMAGE);
    image.writeLayout('layout', IMAGE, 'v1');
    const index = JSON.parse(readFileSync('layout/index.json', 'utf8'));
    const tags = index.manifests.map(
      (one: { annotations: Record<string, string> }) => Object.values(one.annotations)[0],
    );
    expect(tags).toEqual(['cart-artifact', 'cart-image', 'v1']);
    expect(checkLayout('layout').problems).toEqual([]);
  });
});
