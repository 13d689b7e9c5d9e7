import { canonicalJson, readableJson } from '../../../lib/image/packer/canonical-json';

test('sorts keys by code unit at every depth and leaves lists alone', () => {
  expect(canonicalJson({ b: [{ z: 1, a: null }, 'x'], a: { é: 1, Z: 2, a: 3 } })).toBe(
    '{"a":{"Z":2,"a":3,"é":1},"b":[{"a":null,"z":1},"x"]}',
  );
});

test('takes __proto__ for an ordinary key', () => {
  expect(canonicalJson(JSON.parse('{"a":1,"__proto__":{"b":2}}'))).toBe('{"__proto__":{"b":2},"a":1}');
});

test('ends a text for people with a newline', () => {
  expect(readableJson({ b: 1, a: [] })).toBe('{\n  "a": [],\n  "b": 1\n}\n');
});
