import { missingFrom } from './missing-from';

test('what the server adds is not missing', () => {
  expect(missingFrom({ spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: {} })).toEqual([]);
  expect(missingFrom({ list: [{ a: 1 }] }, { list: [{ a: 1, b: 2 }, { c: 3 }] })).toEqual([]);
});

test('a field that the server dropped is named by its path', () => {
  const sent = {
    metadata: { labels: { 'app.kubernetes.io/name': 'cart' } },
    spec: { containers: [{ name: 'web', lifecycle: { stopSignal: 'SIGINT' } }] },
  };
  const readBack = { metadata: { labels: {} }, spec: { containers: [{ name: 'web', lifecycle: {} }] } };
  expect(missingFrom(sent, readBack)).toEqual([
    'metadata.labels["app.kubernetes.io/name"]',
    'spec.containers[0].lifecycle.stopSignal',
  ]);
});

test('a whole object or list that is gone is named once', () => {
  expect(missingFrom({ emptyDir: {}, list: [1, 2] }, {})).toEqual(['emptyDir', 'list']);
  expect(missingFrom({ list: [1, 2] }, { list: [1] })).toEqual(['list[1]']);
});

test('another value, type or order is a difference', () => {
  expect(missingFrom({ a: 'x' }, { a: 'y' })).toEqual(['a']);
  expect(missingFrom({ a: 0 }, { a: false })).toEqual(['a']);
  expect(missingFrom({ a: true }, { a: 'true' })).toEqual(['a']);
  expect(missingFrom({ a: {} }, { a: [] })).toEqual(['a']);
  expect(missingFrom({ a: null }, {})).toEqual(['a']);
  expect(missingFrom({ a: ['x', 'y'] }, { a: ['y', 'x'] })).toEqual(['a[0]', 'a[1]']);
});

test('0, false and the empty string are values, undefined is not', () => {
  expect(missingFrom({ a: 0, b: false, c: '' }, {})).toEqual(['a', 'b', 'c']);
  expect(missingFrom({ a: undefined }, {})).toEqual([]);
});

test('a quantity may come back in another spelling', () => {
  expect(missingFrom({ cpu: '0.5', memory: '1024Mi' }, { cpu: '500m', memory: '1Gi' })).toEqual([]);
  expect(missingFrom({ cpu: '0.5', memory: '1024Mi' }, { cpu: '50m', memory: '1G' })).toEqual(['cpu', 'memory']);
});
