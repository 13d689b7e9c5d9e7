import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { homedir } from 'node:os';
import { join, posix } from 'node:path';
import { CLONE, scratchFolder } from '../examples/places';
import { type PackedPackage, packPackage } from './package';

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

test('the tarball is smaller than 2.25 MB: rule evaluator, Kubernetes types and node agent are most of it', () => {
  expect(tarball.sizeBytes).toBeLessThan(2_250_000);
});

test('beside the compiled library and bundled packages it holds documents, the licence and the assembly', () => {
  const others = paths().filter((path) => !/^(build|node_modules)\//.test(path));
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

test('every dependency is bundled, in the exact version that the manifest names', () => {
  const bundled = Object.keys(manifest.dependencies).map((name) => {
    const { version } = JSON.parse(tarball.contents.get(`node_modules/${name}/package.json`) ?? '{}');
    return [name, version];
  });
  expect(Object.fromEntries(bundled)).toEqual(manifest.dependencies);
  expect(Object.keys(manifest.dependencies)).toContain('fflate');
});

test('its code imports nothing but Node, the peers and what is bundled', () => {
  expect(foreignImports(compiled().filter(([path]) => path.endsWith('.js')))).toEqual([]);
});

test('the declarations that a user sees import nothing but the peers and what is bundled', () => {
  const seen = reachable('build/index.d.ts');
  expect([...seen.keys()]).toContain('build/microservice/microservice.d.ts');
  expect(foreignImports([...seen])).toEqual([]);
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

/** Names of modules that a file imports. */
const importsOf = (text: string) =>
  [...text.matchAll(/(?:\brequire\(|\bimport\(|\bfrom |\bimport )['"]([^'"]+)['"]/g)].map((match) => match[1]);

test('imports are found in code and in declarations', () => {
  expect(compiled().flatMap(([, text]) => importsOf(text))).toEqual(
    expect.arrayContaining(['fflate', 'constructs', 'cdk8s-plus-28', 'node:path', './microservice']),
  );
});

function foreignImports(files: readonly (readonly [string, string])[]): string[] {
  const known = [...Object.keys(manifest.peerDependencies), ...Object.keys(manifest.dependencies)];
  return files.flatMap(([path, text]) =>
    importsOf(text)
      .filter((name) => !name.startsWith('.') && !isBuiltin(name) && !known.includes(packageOf(name)))
      .map((name) => `${path} imports ${name}`),
  );
}

/** A declaration file with all that it imports, and they import. */
function reachable(path: string, found = new Map<string, string>()): Map<string, string> {
  const text = tarball.contents.get(path);
  if (text === undefined) throw new Error(`${path} is not in the tarball`);
  found.set(path, text);
  for (const name of importsOf(text).filter((one) => one.startsWith('.'))) {
    const file = posix.join(posix.dirname(path), name);
    const next = [`${file}.d.ts`, `${file}/index.d.ts`].find((candidate) => tarball.contents.has(candidate));
    if (next === undefined) throw new Error(`${path} imports ${name}, which is not in the tarball`);
    if (!found.has(next)) reachable(next, found);
  }
  return found;
}

const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

function sourceMapOf(text: string): string {
  const encoded = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text)?.[1];
  return encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
}
