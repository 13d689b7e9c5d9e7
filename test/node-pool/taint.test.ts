import { Taint } from '../../lib';
import { taintFindings } from '../../lib/node-pool/taint';
import { findingsOf, platform } from '../support/programs';

const spellings = (taint: Taint) => ({
  kubernetes: taint.toKubernetes().effect,
  eks: taint.toEks().effect,
  capa: taint.toClusterApiAws().effect,
  aks: taint.toAks(),
});

test('every node API gets its own spelling of the one taint', () => {
  expect(spellings(Taint.noSchedule('wasm', 'edge'))).toEqual({
    kubernetes: 'NoSchedule',
    eks: 'NO_SCHEDULE',
    capa: 'no-schedule',
    aks: 'wasm=edge:NoSchedule',
  });
});

test('the other effects are spelled alike', () => {
  expect([Taint.preferNoSchedule('wasm', 'edge'), Taint.noExecute('wasm', 'edge')].map(spellings)).toEqual([
    {
      kubernetes: 'PreferNoSchedule',
      eks: 'PREFER_NO_SCHEDULE',
      capa: 'prefer-no-schedule',
      aks: 'wasm=edge:PreferNoSchedule',
    },
    { kubernetes: 'NoExecute', eks: 'NO_EXECUTE', capa: 'no-execute', aks: 'wasm=edge:NoExecute' },
  ]);
});

test('key and value are the same in all of them', () => {
  const taint = Taint.noSchedule('wasm', 'edge');
  for (const { key, value } of [taint.toKubernetes(), taint.toEks(), taint.toClusterApiAws()])
    expect([key, value]).toEqual(['wasm', 'edge']);
});

test('a taint without a value has none anywhere', () => {
  const taint = Taint.noSchedule('wasm');
  expect([taint.toAks(), taint.toKubernetes()]).toEqual(['wasm:NoSchedule', { key: 'wasm', effect: 'NoSchedule' }]);
});

test('a value is tolerated by equality', () => {
  expect(Taint.noSchedule('wasm', 'edge').toToleration()).toEqual({
    key: 'wasm',
    operator: 'Equal',
    value: 'edge',
    effect: 'NoSchedule',
  });
});

test('a taint without a value is tolerated by its existence', () => {
  expect(Taint.noExecute('wasm').toToleration()).toEqual({ key: 'wasm', operator: 'Exists', effect: 'NoExecute' });
});

test.each([
  [Taint.noSchedule('wasm', 'edge'), true],
  [Taint.noSchedule('acme.example/wasm', 'Edge_1.x'), true],
  [Taint.noSchedule('wasm', ''), true],
  [Taint.noSchedule('wasm node'), false],
  [Taint.noSchedule(''), false],
  [Taint.noSchedule('a/b/c'), false],
  [Taint.noSchedule('wasm', 'edge-'), false],
  [Taint.noSchedule('wasm', 'a'.repeat(64)), false],
])('the API server takes it: %#', (taint, accepted) => {
  expect([...taintFindings(taint)].length === 0).toBe(accepted);
});

test('refuses a pool with a taint the API server would refuse', () => {
  const { chart } = platform({ taint: Taint.noSchedule('wasm node', 'edge!') });
  expect(findingsOf(chart)).toEqual([
    '[shop/edge] WASM0403: taint wasm node=edge!:NoSchedule is invalid: a key is [DNS name/]name, and the name begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .; correct `taint`',
    '[shop/edge] WASM0403: taint wasm node=edge!:NoSchedule is invalid: a value begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .; correct `taint`',
  ]);
});

test('accepts the same taint without blanks', () => {
  expect(findingsOf(platform({ taint: Taint.noSchedule('wasm-node', 'edge') }).chart)).toEqual([]);
});
