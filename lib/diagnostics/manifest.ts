import { diagnostic } from './diagnostic';

export const OBJECT_COLLISION = diagnostic('WASM0101', {
  title: 'two constructs declare the same object',
  found: (d: { object: string; paths: readonly string[] }) => `${d.object} is declared by ${d.paths.join(' and by ')}`,
  fix: 'give one of them another id or `name`, or, where each is for a cluster of its own, set the context cdk8s-wasm.dev/cluster of their charts',
  because: 'the second would silently overwrite the first when both are applied',
  example: { object: 'Deployment shop/cart', paths: ['shop/cart/Resource', 'shop/legacy/cart/Resource'] },
});

export const OBJECT_NAME = diagnostic('WASM0102', {
  title: 'a name the API server would refuse',
  found: (d: { name: string; kind: string; rule: string }) => `"${d.name}" cannot name a ${d.kind}: ${d.rule}`,
  fix: 'set `name`',
  because: 'the API server validates names; one that is too long or has other characters is rejected at apply',
  example: {
    name: 'Cart.Service',
    kind: 'Service',
    rule: 'use at most 63 of a-z, 0-9 and -, starting with a letter and ending with a letter or digit',
  },
});

export const LABEL_VALUE = diagnostic('WASM0103', {
  title: 'a label the API server would refuse',
  found: (d: { label: string; value: string; rule: string }) => `label ${d.label}=${d.value} is invalid: ${d.rule}`,
  fix: 'correct it where `labels` are given',
  because: 'the API server validates label keys and values and rejects the whole object',
  example: {
    label: 'team',
    value: 'two words',
    rule: 'a value begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .',
  },
});

export const OVERRIDE_TARGET = diagnostic('WASM0104', {
  title: 'a construct does not emit the object that was asked for',
  found: (d: { kind: string; path: string; kinds: readonly string[] }) =>
    `${d.path} emits no ${d.kind}, only ${d.kinds.join(', ')}`,
  fix: 'ask for one of these, or set the prop that makes the construct emit it',
  because: 'an override of an object that does not exist would be lost without a word',
  example: { kind: 'PodDisruptionBudget', path: 'shop/cart', kinds: ['Deployment', 'Service'] },
});
