import { verdictOf } from '../../lib/policy/backends/synth';
import { PARAMETER_SCHEMAS } from '../../lib/policy/parameters';
import { RULES } from '../../lib/policy/rules';
import { kindOf, parametersOf, variablesOf } from '../../lib/policy/rules/rule';
import { CASES, casesOf } from './fixtures';

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test.each(casesOf(rule).map((one) => [one.admitted ? 'admits' : 'denies', one.name, one] as const))(
    '%s: %s',
    (_verdict, _name, { fixture, parameters, admitted }) => {
      // Not by an error: that would be a denial, too.
      expect(verdictOf(rule, parameters, fixture)).toBe(admitted);
    },
  );

  test('has as many honest objects as an honest reader wants, and more attacks', () => {
    expect(Object.keys(rule.fixtures.admits).length).toBeGreaterThanOrEqual(6);
    expect(Object.keys(rule.fixtures.denies).length).toBeGreaterThanOrEqual(6);
  });

  test('has names that every engine takes', () => {
    expect(rule.id).toMatch(/^wasm-[a-z-]{3,50}$/);
    expect(kindOf(rule)).toMatch(/^Wasm[A-Za-z]{3,59}$/);
  });

  test('keeps to the CEL that every engine knows', () => {
    for (const source of [rule.cel, ...variablesOf(rule).map(({ cel }) => cel)]) {
      expect(source).not.toMatch(/\.\?|\[\?|optional\.|\b(quantity|url|isURL|find|findAll|sum|sets|ip|cidr|format)\(/);
    }
  });

  test('declares what it reads', () => {
    const sources = [rule.cel, ...variablesOf(rule).map(({ cel }) => cel)].join('\n');
    const read = new Set([...sources.matchAll(/variables\.(\w+)/g)].map(([, name]) => name));
    const declared = [...parametersOf(rule), ...variablesOf(rule).map(({ name }) => name)];
    expect([...read].filter((name) => !declared.includes(name as never))).toEqual([]);
    expect(parametersOf(rule).filter((name) => !read.has(name))).toEqual([]);
  });
});

test('there are sixty attacks and sixty honest objects at the least', () => {
  expect(CASES.filter(({ admitted }) => admitted).length).toBeGreaterThanOrEqual(60);
  expect(CASES.filter(({ admitted }) => !admitted).length).toBeGreaterThanOrEqual(60);
});

test('no name is a word that CEL keeps for itself', () => {
  const names = [
    ...RULES.flatMap((rule) => variablesOf(rule).map(({ name }) => name)),
    ...Object.keys(PARAMETER_SCHEMAS),
  ];
  const kept =
    'as break const continue else false for function if import in let loop namespace null package return true var void while';
  expect(names.filter((name) => kept.split(' ').includes(name))).toEqual([]);
});

test('no variable has the name of a parameter', () => {
  const names = RULES.flatMap((rule) => variablesOf(rule).map(({ name }) => name));
  expect(names.filter((name) => name in PARAMETER_SCHEMAS)).toEqual([]);
});

test('every parameter is read by some rule', () => {
  expect([...new Set(RULES.flatMap(parametersOf))].sort()).toEqual(Object.keys(PARAMETER_SCHEMAS).sort());
});
