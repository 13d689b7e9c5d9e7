import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CLONE, type PackedPackage, packPackage } from './package';
import { scratchFolder } from './project';

jest.setTimeout(60_000);

const scratch = scratchFolder();
let tarball: PackedPackage;
let manifest: Readonly<Record<string, Readonly<Record<string, string>>>>;
beforeAll(async () => {
  tarball = await packPackage(scratch);
  manifest = JSON.parse(tarball.contents.get('package.json') ?? '{}');
});

const paths = () => [...tarball.contents.keys()].sort();
const compiled = () => [...tarball.contents].filter(([path]) => path.startsWith('build/'));

test('the tarball is smaller than 1 MB', () => {
  expect(tarball.sizeBytes).toBeLessThan(1_000_000);
});

test('beside the compiled library and the bundled fflate it holds documents, the licence and the assembly', () => {
  const others = paths().filter((path) => !/^(build|node_modules\/fflate)\//.test(path));
  expect(others).toEqual([
    '.jsii',
    'API.md',
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'docs/diagnostics.md',
    'package.json',
  ]);
});

test('the compiled library is what the sources of today compile to, and nothing of a source that is gone', () => {
  const sources = readdirSync(join(CLONE, 'lib'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  expect(sources).toContain('index');
  const expected = sources.flatMap((source) => [`build/${source}.d.ts`, `build/${source}.js`]);
  expect(paths().filter((path) => path.startsWith('build/'))).toEqual(expected.sort());
});

test('fflate is bundled in the version that the manifest names', () => {
  const bundled = JSON.parse(tarball.contents.get('node_modules/fflate/package.json') ?? '{}');
  expect(bundled.version).toBe(manifest.dependencies.fflate);
  expect(manifest.dependencies).toEqual({ fflate: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
});

test('code and declarations import nothing but Node, the peers and what is bundled', () => {
  const known = [...Object.keys(manifest.peerDependencies), ...Object.keys(manifest.dependencies)];
  const foreign = compiled().flatMap(([path, text]) =>
    [...text.matchAll(/(?:\brequire\(|\bimport\(|\bfrom |\bimport )['"]([^'"]+)['"]/g)]
      .map((match) => match[1])
      .filter((name) => !name.startsWith('.') && !isBuiltin(name) && !known.includes(packageOf(name)))
      .map((name) => `${path} imports ${name}`),
  );
  expect(foreign).toEqual([]);
});

test('the declarations import something, or the test before proves nothing', () => {
  const declarations = compiled().filter(([path]) => path.endsWith('.d.ts'));
  expect(declarations.some(([, text]) => /from 'constructs'/.test(text))).toBe(true);
});

test('no file names a folder of this machine, source maps included', () => {
  const folders = [CLONE, ...(homedir().length > 1 ? [`${homedir()}/`] : [])];
  const maps = compiled().map(([path, text]): [string, string] => [path, sourceMapOf(text)]);
  expect(maps.filter(([path, map]) => path.endsWith('.js') && map === '')).toEqual([]);
  const named = [...tarball.contents, ...maps].filter(([, text]) => folders.some((folder) => text.includes(folder)));
  expect(named.map(([path]) => path)).toEqual([]);
});

test('everything that the manifest points at is there', () => {
  const { main, types, exports } = JSON.parse(readFileSync(join(CLONE, 'package.json'), 'utf8'));
  const targets = Object.values<string | Record<string, string>>(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  expect(targets.length).toBeGreaterThan(2);
  for (const target of [main, types, ...targets]) expect(paths()).toContain(target.replace(/^\.\//, ''));
});

const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

function sourceMapOf(text: string): string {
  const encoded = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text)?.[1];
  return encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
}
