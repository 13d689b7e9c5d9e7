import { isOlder, isVersion, KUBERNETES_FEATURES } from '../../lib/runtime/kubernetes';

test.each([
  ['1.29', '1.30', true],
  ['1.30', '1.30', false],
  ['1.31', '1.30', false],
  ['1.9', '1.30', true],
  ['2.0', '1.30', false],
  ['v1.29.10', '1.30', true],
  ['v1.30.2-eks-1a2b3c4', '1.30', false],
  ['v1.29.9-eks-1a2b3c4', '1.30', true],
  ['v1.30.4+k3s1', '1.30', false],
  ['v1.29.4+k3s1', '1.30', true],
  ['v1.31.1-gke.1846000', '1.31.1', false],
  ['1.7.27', '1.6.25', false],
  ['1.6.20', '1.6.25', true],
  ['1.6.25', '1.6.25', false],
  // Nobody knows which patch it is: the careful answer.
  ['1.6', '1.6.25', true],
  ['2.0', '1.6.25', false],
  ['1.6.25-rc.1', '1.6.25', false],
])('%s is older than %s: %s', (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected);
});

test.each([
  ['1.30', true],
  ['v1.30', true],
  ['1.7.27', true],
  ['v1.30.2-eks-1a2b', true],
  ['v1.30.4+k3s1', true],
  ['v1.31.1-gke.1846000', true],
  ['latest', false],
  ['1', false],
  ['', false],
  ['1.30.', false],
  ['1.x', false],
  ['1.30.2.1', false],
  ['containerd://1.7.27', true],
  [' 1.30', false],
])('"%s" is a version: %s', (text, expected) => {
  expect(isVersion(text)).toBe(expected);
});

test('features have the version where they are on by default', () => {
  expect(KUBERNETES_FEATURES.nativeSidecars.value).toBe('1.29');
  expect(KUBERNETES_FEATURES.preStopSleep.value).toBe('1.30');
});

test('what is no version is not older: it is reported where it was given', () => {
  expect([isOlder('latest', '1.30'), isOlder('', '1.30'), isOlder('1', '1.30')]).toEqual([false, false, false]);
});
