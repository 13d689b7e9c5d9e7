import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { gzip, tarOf } from '../../../lib/image/packer/tar';
import { sha256 } from '../wasm-builder';

const dir = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-tar-'));
afterAll(() => rmSync(dir, { recursive: true }));

test.each([0, 1, 511, 512, 513, 100_000])('the tar of the system unpacks a file of %i bytes', (size) => {
  const content = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256);
  const archive = join(dir, `${size}.tar`);
  writeFileSync(archive, tarOf('app.wasm', content));
  expect(execFileSync('tar', ['-tf', archive], { encoding: 'utf8' })).toBe('app.wasm\n');

  execFileSync('tar', ['-xf', archive, '-C', dir]);
  const file = statSync(join(dir, 'app.wasm'));
  expect(Buffer.compare(readFileSync(join(dir, 'app.wasm')), content)).toBe(0);
  expect({ mode: file.mode & 0o777, mtimeMs: file.mtimeMs }).toEqual({ mode: 0o755, mtimeMs: 0 });
  expect(statSync(archive).size % 512).toBe(0);
});

test('the file belongs to root', () => {
  const header = Buffer.from(tarOf('app.wasm', new Uint8Array())).toString('latin1');
  expect([header.slice(108, 116), header.slice(116, 124), header.slice(265, 269), header.slice(297, 301)]).toEqual([
    '0000000\0',
    '0000000\0',
    'root',
    'root',
  ]);
});

test('what zlib unpacks from the gzip is the tar', () => {
  const tar = tarOf('app.wasm', Buffer.alloc(70_000, 'wasm'));
  expect(Buffer.compare(gunzipSync(gzip(tar)), tar)).toBe(0);
});

test('the gzip header has no time and a fixed system', () => {
  expect([...gzip(Uint8Array.of(1)).subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
});

test('the bytes of gzip are those of fflate 0.8.3 on every machine', () => {
  const words = Array.from({ length: 5000 }, (_, index) => `${index % 97}:${(index * index) % 1013};`).join('');
  expect(sha256(gzip(Buffer.from(words)))).toBe(
    'sha256:3438a9f7140d342b9cb9d3fd37d467c5e7ba2bcf19344f5029e6fed6b9386bda',
  );
});
