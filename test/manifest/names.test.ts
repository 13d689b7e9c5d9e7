import { Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { Manifest } from '../../lib';
import { isDnsLabel, nameFindings, readableName } from '../../lib/manifest/names';
import { findingsOf } from '../support/programs';

const accepted = (kind: string, name: string) => [...nameFindings(kind, name)].length === 0;
const long = (length: number) => 'a'.repeat(length);

test('refuses a name the API server would refuse', () => {
  const chart = new Chart(Testing.app(), 'shop');
  const content = { render: () => ({}) };
  new Manifest(new Construct(chart, 'cart'), 'Resource', { apiVersion: 'v1', kind: 'Service', name: 'Cart', content });
  expect(findingsOf(chart)).toEqual([
    '[shop/cart/Resource] WASM0102: "Cart" cannot name a Service: use at most 63 of a-z, 0-9 and -, starting with a letter and ending with a letter or digit; set `name`',
  ]);
});

test('accepts the same name in lower case', () => {
  const chart = new Chart(Testing.app(), 'shop');
  const content = { render: () => ({}) };
  new Manifest(new Construct(chart, 'cart'), 'Resource', { apiVersion: 'v1', kind: 'Service', name: 'cart', content });
  expect(findingsOf(chart)).toEqual([]);
});

test.each([
  ['Service', 'cart-2', true],
  ['Service', '2-cart', false],
  ['Service', 'cart.v2', false],
  ['Service', 'cart-', false],
  ['Service', long(63), true],
  ['Service', long(64), false],
  ['Deployment', '2-cart', true],
  ['Deployment', 'cart.v2', false],
  ['Job', long(63), true],
  ['Job', long(64), false],
  ['CronJob', long(52), true],
  ['CronJob', long(53), false],
  ['ConfigMap', 'cart.v2', true],
  ['ConfigMap', 'cart..v2', false],
  ['ConfigMap', 'cart.-v2', false],
  ['ConfigMap', '.cart', false],
  ['ConfigMap', long(253), true],
  ['ConfigMap', long(254), false],
  ['RuntimeClass', 'wasmtime-edge', true],
  ['RuntimeClass', 'wasmtime_edge', false],
  ['ClusterRole', 'acme:node-labeler', true],
  ['ClusterRole', 'acme/node-labeler', false],
  ['RoleBinding', '..', false],
])('%s %s: %s', (kind, name, expected) => {
  expect(accepted(kind, name)).toBe(expected);
});

test('a readable name is always a DNS label, or empty, as long as the id is short', () => {
  for (const id of ['a', 'A', 'Foo Bar', 'ümlaut', '-x-', '2', 'a.b.c', 'shop/cart', '日本'])
    expect(readableName(id)).toMatch(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$/);
});

test.each([
  ['a', true],
  ['0', true],
  ['spin-v2', true],
  [long(63), true],
  [long(64), false],
  ['', false],
  ['-a', false],
  ['a-', false],
  ['A', false],
  ['a.b', false],
])('%s is a DNS label: %s', (text, expected) => {
  expect(isDnsLabel(text)).toBe(expected);
});
