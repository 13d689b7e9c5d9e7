import { Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { Manifest } from '../../lib';
import { labelFindings, selectorOf, standardLabels } from '../../lib/manifest/labels';
import { findingsOf } from '../support/programs';

function labelled(labels: Record<string, string>): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  const content = { render: () => ({}) };
  new Manifest(new Construct(chart, 'cart'), 'Resource', { apiVersion: 'v1', kind: 'Secret', labels, content });
  return chart;
}

test('refuses a label value the API server would refuse', () => {
  expect(findingsOf(labelled({ team: 'two words' }))).toEqual([
    '[shop/cart/Resource] WASM0103: label team=two words is invalid: a value begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .; correct it where `labels` are given',
  ]);
});

test('refuses a label key the API server would refuse', () => {
  expect(findingsOf(labelled({ 'acme.example/team/name': 'a' }))).toEqual([
    '[shop/cart/Resource] WASM0103: label acme.example/team/name=a is invalid: a key is [DNS name/]name, and the name begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .; correct it where `labels` are given',
  ]);
});

test('accepts the same labels without blanks and slashes', () => {
  expect(findingsOf(labelled({ team: 'two-words', 'acme.example/team.name': 'a' }))).toEqual([]);
});

test.each([
  ['team', 'a', true],
  ['Team_1.x', 'A_b.c-1', true],
  ['team', '', true],
  ['team', '-a', false],
  ['team', 'a-', false],
  ['team', 'a'.repeat(63), true],
  ['team', 'a'.repeat(64), false],
  ['', 'a', false],
  ['-team', 'a', false],
  ['a'.repeat(64), 'a', false],
  ['acme.example/team', 'a', true],
  ['acme.example/', 'a', false],
  ['/team', 'a', false],
  ['Acme.example/team', 'a', false],
  ['acme..example/team', 'a', false],
  [`${'a'.repeat(254)}/team`, 'a', false],
])('label %s=%s is accepted: %s', (key, value, accepted) => {
  expect([...labelFindings({ [key]: value })].length === 0).toBe(accepted);
});

test('a selector has what cannot change: name and component', () => {
  const labels = { ...standardLabels({ name: 'cart', component: 'service', partOf: 'shop' }), team: 'a' };
  expect(selectorOf(labels)).toEqual({ 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/component': 'service' });
});
