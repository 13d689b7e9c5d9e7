import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emittedKinds, KIND_JUDGES, UNJUDGED } from '../e2e/truth/kinds';

// docs/truth.md is written by `npm run e2e`; what it is written from is judged here, where everybody runs it.

const SUITES = join(__dirname, '../e2e/suites');
const sources = new Map(
  readdirSync(SUITES).map((file) => [file.replace('.test.ts', ''), readFileSync(join(SUITES, file), 'utf8')]),
);

test('every kind that the library emits has its judge in the cluster, or a reason why not', () => {
  expect(Object.keys(KIND_JUDGES).sort()).toEqual(emittedKinds());
  const unjudged = Object.keys(KIND_JUDGES).filter((kind) => KIND_JUDGES[kind]?.length === 0);
  expect(unjudged.sort()).toEqual(Object.keys(UNJUDGED).sort());
});

test('every judge is a test of its suite', () => {
  const unknown = Object.values(KIND_JUDGES)
    .flat()
    .filter((judge) => {
      const [, suite = '', title = ''] = /^(\w+): (.*)$/.exec(judge) ?? [];
      return !isIn(sources.get(suite) ?? '', title);
    });
  expect(unknown).toEqual([]);
});

/** As it stands there, or as a row of `test.each` makes it: `%s becomes ready …`. */
const isIn = (source: string, title: string): boolean =>
  [title, title.replace(/^\w+ /, '%s ')].some(
    (text) => source.includes(text.replaceAll("'", "\\'")) || source.includes(text),
  );
