import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from '../../../lib/image/inspector/inspect';
import { packImage } from '../../../lib/image/packer/image';
import { LayoutError, writeLayout } from '../../../lib/image/packer/oci-layout';
import { cliComponent, httpComponent, program, sha256 } from '../wasm-builder';
import { checkLayout } from './layout-check';

const root = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-layout-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
const newDir = () => {
  count += 1;
  return join(root, String(count), 'oci');
};
const packed = (bytes: Uint8Array) =>
  packImage({ bytes, inspection: inspect(bytes), annotations: {}, platforms: ['linux/amd64', 'linux/arm64'] });
const index = (dir: string) => JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8'));

test('writes a layout that keeps the rules of OCI', () => {
  const dir = newDir();
  const image = packed(httpComponent());
  writeLayout(dir, image, { tag: 'cart' });
  expect(readdirSync(dir).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  expect(index(dir)).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        mediaType: image.mediaType,
        digest: image.digest,
        size: image.size,
        annotations: { 'org.opencontainers.image.ref.name': 'cart' },
      },
    ],
  });
  expect(checkLayout(dir)).toEqual({ blobs: 6, problems: [] });
});

test('a second time changes nothing', () => {
  const dir = newDir();
  writeLayout(dir, packed(program()), { tag: 'cart' });
  const seen = () => readdirSync(dir, { recursive: true }).map((name) => [name, statSync(join(dir, String(name))).ino]);
  const before = seen();
  writeLayout(dir, packed(program()), { tag: 'cart' });
  expect(seen()).toEqual(before);
});

test('adds images under other tags and replaces the one under the same', () => {
  const dir = newDir();
  writeLayout(dir, packed(program()), { tag: 'report' });
  writeLayout(dir, packed(httpComponent('0.2.3')), { tag: 'cart' });
  writeLayout(dir, packed(httpComponent('0.2.4')), { tag: 'cart' });
  const tags = index(dir).manifests.map((one: { digest: string; annotations: Record<string, string> }) => [
    one.annotations['org.opencontainers.image.ref.name'],
    one.digest,
  ]);
  expect(tags).toEqual([
    ['cart', packed(httpComponent('0.2.4')).digest],
    ['report', packed(program()).digest],
  ]);
  expect(checkLayout(dir).problems).toEqual([]);
});

test('without tags an image is there once', () => {
  const dir = newDir();
  writeLayout(dir, packed(program()));
  writeLayout(dir, packed(program()));
  writeLayout(dir, packed(cliComponent()));
  expect(index(dir).manifests).toHaveLength(2);
});

test('repairs a blob that somebody cut', () => {
  const dir = newDir();
  const image = packed(program());
  writeLayout(dir, image);
  writeFileSync(join(dir, 'blobs', 'sha256', image.digest.slice(7)), 'cut');
  writeLayout(dir, image);
  expect(checkLayout(dir).problems).toEqual([]);
});

test.each(['not JSON', '[]', '{"manifests": {}}', '{"manifests": [1]}', 'null'])(
  'does not write over an index.json of %s',
  (content) => {
    const dir = newDir();
    writeLayout(dir, packed(program()));
    writeFileSync(join(dir, 'index.json'), content);
    expect(() => writeLayout(dir, packed(program()))).toThrow(new LayoutError('its index.json is not an image index'));
    expect(readFileSync(join(dir, 'index.json'), 'utf8')).toBe(content);
  },
);

test('the check sees a blob with other bytes', () => {
  const dir = newDir();
  const image = packed(program());
  writeLayout(dir, image);
  const cut = join(dir, 'blobs', 'sha256', image.digest.slice(7));
  writeFileSync(cut, Buffer.concat([readFileSync(cut), Buffer.from(' ')]));
  expect(checkLayout(dir).problems).toEqual([
    `${image.digest} has the digest ${sha256(readFileSync(cut))}`,
    `${image.digest} has ${image.size + 1} bytes, not ${image.size}`,
  ]);
});
