import { existsSync, readFileSync, statSync } from 'node:fs';
import { WasmImage, WasmLock } from '../../lib/image';
import { ImageFormat, WasmPayload } from '../../lib/runtime/vocabulary';
import { workingDirectory } from './files-on-disk';
import { httpComponent, sha256 } from './wasm-builder';

const { write } = workingDirectory();
const DIGEST = `sha256:${'1'.repeat(64)}`;
const cart = () =>
  WasmImage.fromModule(write('services/cart.wasm', httpComponent()), { repository: 'ghcr.io/acme/cart' });
const prices = () =>
  WasmImage.fromRegistry(`ghcr.io/acme/prices:2@${DIGEST}`, { payload: WasmPayload.SPIN_APP, sizeBytes: 7 });
const lock = () => WasmLock.of({ prices: prices(), cart: cart() });

test('the text is sorted and holds everything that a deployment has to agree on', () => {
  expect(JSON.parse(lock().toJson())).toEqual({
    version: 1,
    packer: '1',
    images: {
      cart: {
        source: { path: 'services/cart.wasm', sha256: sha256(httpComponent()), size: httpComponent().length },
        payload: 'component:http',
        kind: 'component',
        wasi: 'wasi:0.2',
        world: 'wasi:http/proxy',
        imports: ['wasi:io/streams@0.2.3', 'wasi:http/types@0.2.3'],
        exports: ['wasi:http/incoming-handler@0.2.3'],
        extensions: [],
        repository: 'ghcr.io/acme/cart',
        formats: {
          artifact: { digest: cart().digestIn(ImageFormat.ARTIFACT) },
          image: { digest: cart().digestIn(ImageFormat.IMAGE), platforms: ['linux/amd64', 'linux/arm64'] },
        },
      },
      prices: {
        payload: 'spin',
        size: 7,
        imports: [],
        exports: [],
        extensions: [],
        repository: 'ghcr.io/acme/prices',
        formats: { spin: { digest: DIGEST, external: true } },
      },
    },
  });
  expect(lock().toJson().startsWith('{\n  "images": {\n    "cart": {\n      "exports": [')).toBe(true);
  expect(lock().toString().endsWith('}\n')).toBe(true);
});

test('names are sorted, whoever made the lock', () => {
  write('named.lock', lock().toJson());
  expect([lock().names, WasmLock.fromFile('named.lock').names]).toEqual([
    ['cart', 'prices'],
    ['cart', 'prices'],
  ]);
});

test('a lock that was read is written as it was', () => {
  const text = lock().toJson();
  expect(WasmLock.fromFile(write('same.lock', text)).toJson()).toBe(text);
});

test('the same images in another order are the same file', () => {
  expect(WasmLock.of({ cart: cart(), prices: prices() }).toJson()).toBe(lock().toJson());
});

test('a lock may be made of images of a lock', () => {
  const again = WasmLock.of({ cart: WasmImage.fromLock(lock(), 'cart'), prices: WasmImage.fromLock(lock(), 'prices') });
  expect(again.toJson()).toBe(lock().toJson());
});

test('takes any name, also that of a prototype', () => {
  const images = JSON.parse('{"__proto__": null}');
  Object.defineProperty(images, '__proto__', { value: cart(), enumerable: true });
  const text = WasmLock.of(images).toJson();
  expect(text).toContain('"__proto__": {');
  const image = WasmImage.fromLock(WasmLock.fromFile(write('proto.lock', text)), '__proto__');
  expect(image.payload).toBe(WasmPayload.HTTP_COMPONENT);
  expect(
    WasmImage.fromLock(WasmLock.of({}), 'constructor')
      ._findings()
      .map(({ code }) => code),
  ).toEqual(['WASM0208']);
});

test('the file is written whole, and not again when it is there', () => {
  lock().writeTo('written.lock');
  const { ino } = statSync('written.lock');
  expect(readFileSync('written.lock', 'utf8')).toBe(lock().toJson());
  lock().writeTo('written.lock');
  expect(statSync('written.lock').ino).toBe(ino);
});

test('says why a file cannot be written', () => {
  expect(() => lock().writeTo('no/such/dir/wasm.lock')).toThrow(
    new Error(
      'WASM0209: no/such/dir/wasm.lock is not a usable lock: it cannot be written, there is no such file; write it again with WasmLock.of(…).writeTo(…), or restore it',
    ),
  );
});

test('an image with errors is not locked, and nothing is written', () => {
  const broken = WasmLock.of({ cart: WasmImage.fromModule('gone.wasm', { repository: 'ghcr.io/acme/cart' }) });
  expect(broken.names).toEqual(['cart']);
  expect(broken._findings().map(({ code }) => code)).toEqual(['WASM0202']);
  expect(() => broken.writeTo('broken.lock')).toThrow('WASM0202: gone.wasm cannot be read: there is no such file');
  expect(existsSync('broken.lock')).toBe(false);
});

describe('a file that is not a lock', () => {
  const good = () => JSON.parse(lock().toJson());
  const problem = (content: unknown) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    const [finding] = WasmLock.fromFile(write('bad.lock', text))._findings();
    return finding?.message.replace(/^bad.lock is not a usable lock: /, '').replace(/; write it again.*$/, '');
  };
  /** The good lock with one thing changed. */
  const but = (change: (it: ReturnType<typeof good>) => void) => {
    const it = good();
    change(it);
    return problem(it);
  };

  test('the good one is fine', () => {
    expect(but(() => undefined)).toBeUndefined();
  });

  test.each([
    ['', 'it is not JSON'],
    ['{"version": 1', 'it is not JSON'],
    ['[]', 'it is not an object'],
    ['null', 'it is not an object'],
    ['{}', 'its version is missing, and only 1 is known'],
    ['{"version": "1"}', 'its version is "1", and only 1 is known'],
    ['{"version": 2, "packer": "1", "images": {}}', 'its version is 2, and only 1 is known'],
    ['{"version": 1, "packer": "1"}', 'images is not an object'],
    ['{"version": 1, "images": {}}', 'packer is not a text'],
    ['{"version": 1, "packer": "1", "images": {"cart": []}}', 'images.cart is not an object'],
  ])('%s', (text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  test.each<[string, (it: ReturnType<typeof good>) => void]>([
    [
      'images.cart.payload is none of module:p1, component:cli, component:http, spin',
      (it) => (it.images.cart.payload = 'native'),
    ],
    ['images.cart.repository is not a text', (it) => delete it.images.cart.repository],
    ['images.cart.imports is not a list', (it) => (it.images.cart.imports = 'wasi:io/poll')],
    ['images.cart.exports[1] is not a text', (it) => it.images.cart.exports.push(7)],
    [
      'images.cart.source.sha256 is not "sha256:" and 64 hex digits',
      (it) => (it.images.cart.source.sha256 = 'sha256:12'),
    ],
    ['images.cart.source.size is not a number of bytes', (it) => (it.images.cart.source.size = -1)],
    ['images.cart.source.path is not a text', (it) => (it.images.cart.source.path = null)],
    ['images.cart.formats is empty', (it) => (it.images.cart.formats = {})],
    [
      'images.cart.formats.tarball is none of artifact, image, spin, wasm-to-oci',
      (it) => (it.images.cart.formats.tarball = {}),
    ],
    [
      'images.cart.formats.artifact.digest is not "sha256:" and 64 hex digits',
      (it) => (it.images.cart.formats.artifact.digest = `sha256:${'A'.repeat(64)}`),
    ],
    ['images.cart.formats.image.platforms is not a list', (it) => (it.images.cart.formats.image.platforms = {})],
    [
      'images.prices.formats.spin.external is not true or false',
      (it) => (it.images.prices.formats.spin.external = 'yes'),
    ],
    [
      'images.?[2J.payload is none of module:p1, component:cli, component:http, spin',
      (it) => (it.images = { '\u001b[2J': { formats: { image: {} } } }),
    ],
  ])('%s', (expected, change) => {
    expect(but(change)).toBe(expected);
  });

  test('a directory, and a file that is not there', () => {
    const message = (path: string) => WasmLock.fromFile(path)._findings()[0].message;
    expect(message('services')).toContain('services is not a usable lock: it is a directory;');
    expect(message('gone.lock')).toContain('gone.lock is not a usable lock: there is no such file;');
    expect(WasmLock.fromFile('gone.lock').names).toEqual([]);
    expect(() => WasmLock.fromFile('gone.lock').toJson()).toThrow('WASM0209: gone.lock is not a usable lock');
  });
});
