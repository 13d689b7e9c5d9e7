import { freeEgressPort } from '../../../lib/mesh/envoy';

test('ports follow the order of the calls', () => {
  expect(freeEgressPort([])).toBe(15101);
  expect(freeEgressPort([15101])).toBe(15102);
});

test('ports that something else has are passed over', () => {
  expect(freeEgressPort([15103, 8443, 15101, 15102])).toBe(15104);
  expect(freeEgressPort([15102])).toBe(15101);
});
