import { isSameQuantity } from './quantity';

test.each([
  ['0.5', '500m'],
  ['1024Mi', '1Gi'],
  ['1e3', '1k'],
  ['1E3', '1000'],
  [1, '1'],
  ['1.5Gi', '1536Mi'],
  ['100n', '0.1u'],
  ['1E', '1000P'],
  ['.5', '0.50'],
  ['-1', '-1000m'],
  ['12345678901234567890', '12345678901234567890000m'],
])('%s is %s', (one, other) => {
  expect(isSameQuantity(one, other)).toBe(true);
});

test.each([
  ['1G', '1Gi'],
  ['1', '1m'],
  ['12345678901234567890', '12345678901234567891'], // the same as floating point
  ['', '0'],
  ['.', '0'],
  ['m', '0'],
  ['1h', '1h'],
  ['1 Gi', '1Gi'],
  [true, 1],
  [undefined, undefined],
])('%s is not %s, or no quantity', (one, other) => {
  expect(isSameQuantity(one, other)).toBe(false);
});
