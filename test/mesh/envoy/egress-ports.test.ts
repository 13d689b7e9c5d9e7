import { allocateEgressPorts } from '../../../lib/mesh/envoy';

test('ports follow the order of the calls', () => {
  expect([...allocateEgressPorts(['inventory', 'cart'])]).toEqual([
    ['inventory', 15101],
    ['cart', 15102],
  ]);
});

test('a call that is added moves no other', () => {
  const before = allocateEgressPorts(['a', 'b']);
  const after = allocateEgressPorts(['a', 'b', 'c']);
  for (const [name, port] of before) expect(after.get(name)).toBe(port);
});

test('a call that comes twice has one port', () => {
  expect([...allocateEgressPorts(['a', 'b', 'a']).entries()]).toEqual([
    ['a', 15101],
    ['b', 15102],
  ]);
});

test('ports that are taken are passed over', () => {
  expect([...allocateEgressPorts(['a', 'b'], [15101, 15103]).values()]).toEqual([15102, 15104]);
});

test('a name may be anything', () => {
  expect(allocateEgressPorts(['__proto__', 'constructor']).get('constructor')).toBe(15102);
});
