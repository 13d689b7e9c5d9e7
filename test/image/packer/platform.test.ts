import { inOrder, platformProblem, toPlatform } from '../../../lib/image/packer/platform';

test.each(['linux/amd64', 'linux/arm64', 'linux/arm64/v8', 'linux/arm/v7', 'linux/riscv64', 'wasi/wasm'])(
  'takes %s',
  (text) => {
    expect(platformProblem(text)).toBeUndefined();
  },
);

test.each([
  ['linux/x86_64', 'the architecture is called amd64'],
  ['linux/aarch64', 'the architecture is called arm64'],
  ['linux', 'it is written os/architecture or os/architecture/variant'],
  ['linux/arm64/v8/x', 'it is written os/architecture or os/architecture/variant'],
  ['linux/arm64/8', 'a variant is written v7 or v8'],
  ['linux/arm64/', 'a variant is written v7 or v8'],
  ['windows/amd64', 'only linux/… and wasi/wasm are unpacked by anything that runs them'],
  ['wasip1/wasm', 'only linux/… and wasi/wasm are unpacked by anything that runs them'],
  ['amd64', 'only linux/… and wasi/wasm are unpacked by anything that runs them'],
  ['', 'only linux/… and wasi/wasm are unpacked by anything that runs them'],
  ['linux/wasm', 'the architecture is none of 386, amd64, arm, arm64, loong64, mips64le, ppc64le, riscv64, s390x'],
])('refuses %s', (text, problem) => {
  expect(platformProblem(text)).toBe(problem);
});

test('sorts, and puts wasi/wasm last so that nobody takes it by default', () => {
  expect(inOrder(['wasi/wasm', 'linux/s390x', 'linux/amd64'])).toEqual(['linux/amd64', 'linux/s390x', 'wasi/wasm']);
});

test('leaves the variant out where none is given', () => {
  expect([toPlatform('linux/arm64'), toPlatform('linux/arm64/v8')]).toEqual([
    { os: 'linux', architecture: 'arm64' },
    { os: 'linux', architecture: 'arm64', variant: 'v8' },
  ]);
});
