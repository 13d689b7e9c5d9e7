import { Size } from 'cdk8s';
import { mebibytes, quantity } from '../../lib/manifest/quantity';

test.each([
  [Size.mebibytes(64), '64Mi'],
  [Size.gibibytes(1), '1Gi'],
  [Size.kibibytes(1500), '1500Ki'],
])('a size is written as a quantity in the unit it was given in', (size, text) => {
  expect(quantity(size)).toBe(text);
});

test('mebibytes are rounded down', () => {
  expect([Size.kibibytes(1500), Size.kibibytes(1023), Size.gibibytes(2)].map(mebibytes)).toEqual([1, 0, 2048]);
});
