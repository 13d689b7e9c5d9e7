import { type App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { diagnostic } from '../../lib/diagnostics/diagnostic';
import { judge, judgeNow } from '../../lib/diagnostics/judge';
import { findingsOf } from '../support/programs';

const words = {
  title: 'a',
  found: (d: { n: number }) => `found ${d.n}`,
  fix: 'fix it',
  because: 'b',
  example: { n: 1 },
};
const WRONG = diagnostic('WASM9904', words);
const ODD = diagnostic('WASM9905', { ...words, severity: 'warning' });

let said: string[];
let stdout: jest.SpyInstance;
beforeEach(() => {
  said = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
  stdout = jest.spyOn(process.stdout, 'write');
});
afterEach(() => jest.restoreAllMocks());

const cart = (app: App = Testing.app()) => new Construct(new Chart(app, 'shop'), 'cart');

test('errors speak when the app is validated, under the path of their construct', () => {
  const construct = cart();
  judge(construct, () => [WRONG.with({ n: 1 }), WRONG.with({ n: 2 })]);
  expect(findingsOf(construct)).toEqual([
    '[shop/cart] WASM9904: found 1; fix it',
    '[shop/cart] WASM9904: found 2; fix it',
  ]);
});

test('what is judged late sees what was said after', () => {
  const construct = cart();
  let n = 1;
  judge(construct, () => [WRONG.with({ n })]);
  n = 7;
  expect(findingsOf(construct)).toEqual(['[shop/cart] WASM9904: found 7; fix it']);
});

test('what is judged now is judged once, and speaks every time', () => {
  const construct = cart();
  const findings = jest.fn(function* () {
    yield WRONG.with({ n: 1 });
  });
  judgeNow(construct, findings());
  expect(findingsOf(construct)).toEqual(findingsOf(construct));
  expect(findings).toHaveBeenCalledTimes(1);
  expect(findingsOf(construct)).toEqual(['[shop/cart] WASM9904: found 1; fix it']);
});

test('a warning is no error', () => {
  const construct = cart();
  judge(construct, () => [ODD.with({ n: 1 })]);
  expect(findingsOf(construct)).toEqual([]);
});

test('a warning is said once on stderr, with its path, and never on stdout', () => {
  const construct = cart();
  judge(construct, () => [ODD.with({ n: 1 })]);
  for (let i = 0; i < 3; i++) construct.node.validate();
  expect(said).toEqual(['[shop/cart] warning WASM9905: found 1; fix it\n']);
  expect(stdout).not.toHaveBeenCalled();
});

test('two warnings of one code about different things are both said', () => {
  const construct = cart();
  judge(construct, () => [ODD.with({ n: 1 }), ODD.with({ n: 2 })]);
  construct.node.validate();
  expect(said.length).toBe(2);
});

test('the same warning is said for every construct and every app', () => {
  const app = Testing.app();
  const chart = new Chart(app, 'shop');
  for (const construct of [new Construct(chart, 'a'), new Construct(chart, 'b'), cart()]) {
    judge(construct, () => [ODD.with({ n: 1 })]);
    construct.node.validate();
  }
  expect(said).toEqual([
    '[shop/a] warning WASM9905: found 1; fix it\n',
    '[shop/b] warning WASM9905: found 1; fix it\n',
    '[shop/cart] warning WASM9905: found 1; fix it\n',
  ]);
});

test('an error stops synthesis, a warning beside it is still said', () => {
  const app = Testing.app();
  judge(cart(app), () => [ODD.with({ n: 1 }), WRONG.with({ n: 2 })]);
  expect(() => app.synth()).toThrow('[shop/cart] WASM9904: found 2; fix it');
  expect(said).toEqual(['[shop/cart] warning WASM9905: found 1; fix it\n']);
});
