import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as api from '../../lib';
import { CATALOGUE } from '../../lib/diagnostics/catalogue';
import type { Diagnostic } from '../../lib/diagnostics/diagnostic';

const ROOT = join(__dirname, '../..');

/** The catalogue with its types forgotten: every entry has an example of the right one. */
const DIAGNOSTICS = CATALOGUE.flatMap(({ room, diagnostics }) =>
  diagnostics.map((one) => ({ room, diagnostic: one as unknown as Diagnostic<unknown> })),
);

/** What an entry says about its own example. */
const CASES = DIAGNOSTICS.map(({ diagnostic }) => {
  const { found, fix, example } = diagnostic.words;
  return [
    diagnostic.code,
    { diagnostic, found: found(example), fix: typeof fix === 'string' ? fix : fix(example), example },
  ] as const;
});

const filesIn = (directory: string): string[] =>
  readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => join(directory, file));
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Names of props, fields and methods in the sources. */
const MEMBERS = new Set(
  filesIn('lib').flatMap((file) =>
    [...textOf(file).matchAll(/(?:readonly |public (?:static )?(?:get )?)(\w+)\??[:(]|^ {2}(\w+)\(/gm)].map(
      (match) => match[1] ?? match[2],
    ),
  ),
);

describe('codes', () => {
  test('are unique', () => {
    const codes = CASES.map(([code]) => code);
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
  });

  test('are well-formed, and every room has a hundred of its own', () => {
    const hundreds = CATALOGUE.map(({ room, diagnostics }) => [
      room,
      [...new Set(diagnostics.map(({ code }) => /^(WASM\d\d)\d\d$/.exec(code)?.[1] ?? code))],
    ]);
    expect(hundreds).toEqual(hundreds.map(([room, all]) => [room, [(all as string[])[0]]]));
    expect(new Set(hundreds.map(([, all]) => String(all))).size).toBe(hundreds.length);
  });

  test('are in order', () => {
    for (const { diagnostics } of CATALOGUE) {
      const codes = diagnostics.map(({ code }) => code);
      expect(codes).toEqual([...codes].sort());
    }
  });

  test('are all in the catalogue: none is declared outside it', () => {
    const declared = filesIn('lib').flatMap((file) =>
      [...textOf(file).matchAll(/\bdiagnostic\(\s*'(WASM\w*)'/g)].map((match) => match[1]),
    );
    expect(declared.sort()).toEqual(CASES.map(([code]) => code).sort());
  });

  test('that comments and texts mention exist', () => {
    const known = new Set<string>(CASES.map(([code]) => code));
    const unknown = filesIn('lib').flatMap((file) =>
      [...textOf(file).matchAll(/WASM\d+/g)].filter(([code]) => !known.has(code)).map(([code]) => `${code} in ${file}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe.each(CASES)('%s', (code, { diagnostic, found, fix, example }) => {
  const { title, because } = diagnostic.words;

  test('renders its own example', () => {
    const text = diagnostic.with(example).message;
    expect(text).toBe(`${found}; ${fix}`);
    expect(text).not.toMatch(/undefined|\[object|NaN|\bnull\b/);
    for (const part of [title, found, fix, because]) expect(part.trim()).not.toBe('');
  });

  test('is written in clauses: no full stop, no capital but of a name, no doubled blank', () => {
    const values = JSON.stringify(example);
    for (const text of [title, found, fix, because]) {
      expect(text).not.toMatch(/[A-Za-z)`]\.$| {2}|^\s|\s$|;$/);
      const [first] = text.split(/[ :,]/);
      // A name: CamelCase, an abbreviation, a variable, or a value of the example.
      const isName = /[a-z][A-Z]|^[A-Z0-9_*-]+$|^["`]/.test(first) || values.includes(first) || NAMES.has(first);
      if (/^[A-Z]/.test(first) && !isName) throw new Error(`${code} begins with a capital: ${text}`);
    }
  });

  test('names props and methods that exist', () => {
    const quoted = [...`${found}; ${fix}`.matchAll(/`([a-z]\w*)(?:\(\))?(?:: [^`]*)?`/g)].map((match) => match[1]);
    expect(quoted.filter((name) => !MEMBERS.has(name))).toEqual([]);
    const called = [...`${found}; ${fix}`.matchAll(/(?<![\w.])([a-z]\w+)\(/g)].map((match) => match[1]);
    expect(called.filter((name) => !MEMBERS.has(name))).toEqual([]);
  });

  test('names members of exported classes that exist', () => {
    const exported = new Map<string, unknown>(Object.entries(api));
    const missing = [...`${found}; ${fix}`.matchAll(/\b([A-Z]\w+)\.(\w+)/g)].filter(([, type, member]) => {
      const value = exported.get(type);
      return value !== undefined && !(member in (value as object));
    });
    expect(missing.map(([text]) => text)).toEqual([]);
    const unknown = [...`${found}; ${fix}`.matchAll(/\b(Wasm[A-Z]\w+)/g)].filter(([name]) => !exported.has(name));
    expect(unknown.map(([text]) => text)).toEqual([]);
  });
});

/** Words that are written with a capital wherever they stand. */
const NAMES = new Set(['Kubernetes', 'Pod', 'Karpenter', 'Spin', 'Krustlet', 'Linux', 'Ingress', 'Service', 'Wasm']);

test('every code is asserted by a test, with its path or its whole message', () => {
  const tests = filesIn('test')
    .filter((file) => file.endsWith('.test.ts') && file !== join('test', 'diagnostics', 'catalogue.test.ts'))
    .map(textOf)
    .join('\n');
  // As people read it, or as a row of a table: the code, what provokes it, the text.
  const asserted = (code: string) => new RegExp(`${code}: \\S|\\[\\s*'${code}',\\s*\\(`).test(tests);
  const untested = CASES.map(([code]) => code).filter((code) => !asserted(code));
  expect(untested).toEqual([]);
});
