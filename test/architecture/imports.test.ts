import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The arrows of docs/architecture.md: a room, and the rooms it may import. Every room may use the last two. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  policy: ['mesh', 'microservice', 'node-pool', 'runtime'],
  mesh: ['microservice', 'runtime'],
  microservice: ['node-pool', 'image', 'runtime'],
  'node-pool': ['image', 'runtime'],
  image: ['runtime'],
  runtime: [],
  manifest: [],
  diagnostics: [],
};
const EVERYWHERE = ['manifest', 'diagnostics'];

const lib = join(__dirname, '..', '..', 'lib');
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const importsOf = (file: string): string[] =>
  [...readFileSync(join(lib, file), 'utf8').matchAll(/^(?:import|export)\s[^'"]*?from '(\.[^']*)';$/gms)]
    .map(([, path = '']) => join(dirname(file), path))
    .map((path) => files.find((one) => one === `${path}.ts` || one === join(path, 'index.ts')) ?? path);

const roomOf = (file: string): string => file.split('/')[0] ?? file;

test('the files of lib are read at all', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(importsOf('microservice/microservice.ts')).toContain('microservice/workload.ts');
});

test('every import leads to a file', () => {
  const astray = files.flatMap((file) =>
    importsOf(file)
      .filter((path) => !files.includes(path))
      .map((path) => `${file} → ${path}`),
  );
  expect(astray).toEqual([]);
});

test('every folder of lib is a room', () => {
  expect([...new Set(files.filter((file) => file.includes('/')).map(roomOf))].sort()).toEqual(
    Object.keys(ROOMS).sort(),
  );
});

test('imports run downwards', () => {
  const upwards = files
    .filter((file) => file !== 'index.ts')
    .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
    .filter(
      ({ file, target }) => ![roomOf(file), ...(ROOMS[roomOf(file)] ?? []), ...EVERYWHERE].includes(roomOf(target)),
    )
    .filter(({ file, target }) => !(roomOf(file) === 'diagnostics' && roomOf(target) === 'diagnostics'))
    .map(({ file, target }) => `${file} → ${target}`);
  expect(upwards).toEqual([]);
});

test('the lowest room imports nothing', () => {
  expect(
    files
      .filter((file) => roomOf(file) === 'diagnostics')
      .flatMap(importsOf)
      .filter((file) => roomOf(file) !== 'diagnostics'),
  ).toEqual([]);
});

test('imports make no circle', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) {
      done.add(file);
      for (const target of importsOf(file)) visit(target, [...path, file]);
    }
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

/** A text that synthesis puts into a ConfigMap; what it says is done on nodes. */
const AGENT_PROGRAM = 'node-pool/installers/agent-program.ts';

test('the program of the node agent is nothing but a text', () => {
  const code = readFileSync(join(lib, AGENT_PROGRAM), 'utf8').replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const bare = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/\s/g, '');
  expect(bare).toMatch(/^exportconstAGENT_PROGRAM=\[("",)+\]\.join\('\\n'\);$/);
});

test('synthesis is pure: no clock, network, process or environment in lib', () => {
  const impure = /\b(Date\.now|new Date\(|Math\.random|process\.env|child_process|node:http|node:net'|fetch\()/;
  const sources = files
    .filter((file) => file !== AGENT_PROGRAM)
    .map((file) => ({
      file: relative(lib, join(lib, file)),
      text: readFileSync(join(lib, file), 'utf8'),
    }));
  expect(
    sources.filter(({ text }) => impure.test(text.replace(/from 'node:net'/g, ''))).map(({ file }) => file),
  ).toEqual([]);
});

test('nothing in lib is of type any', () => {
  const sources = files.map((file) => ({ file, text: readFileSync(join(lib, file), 'utf8') }));
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'[^'\n]*'/gm, '');
  expect(sources.filter(({ text }) => /(:|as|<)\s*any\b/.test(code(text))).map(({ file }) => file)).toEqual([]);
});
