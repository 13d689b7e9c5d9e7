import { lastSegment, pinned, repositoryFindings } from '../../lib/image/reference';

const HEX = 'a'.repeat(64);
const problems = (repository: string) => repositoryFindings(repository).map(({ message }) => message);

test.each([
  'ghcr.io/acme/cart',
  'localhost/cart',
  'localhost:5000/cart',
  '10.0.0.1:5000/acme/cart',
  '[::1]:5000/cart',
  'registry:5000/cart',
  'ghcr.io/acme/cart_1/a.b-c--d__e',
  'ghcr.io/a/b/c/d/e',
])('takes %s', (repository) => {
  expect(problems(repository)).toEqual([]);
});

test.each([
  ['ghcr.io/acme/cart:1.2', 'the tag is left out: images are named by digest'],
  [`ghcr.io/acme/cart@sha256:${HEX}`, 'the digest is computed, not given'],
  ['https://ghcr.io/acme/cart', 'it is written without a scheme'],
  ['oci://ghcr.io/acme/cart', 'it is written without a scheme'],
  ['ghcr.io/Acme/cart', 'it has to be lower case'],
  ['GHCR.io/acme/cart', 'it has to be lower case'],
  ['acme/cart', 'it does not begin with a registry'],
  ['cart', 'it does not begin with a registry'],
  ['', 'it does not begin with a registry'],
  ['ghcr.io', 'there is no path behind the registry'],
  ['ghcr.io/', 'two slashes follow each other, or one ends it'],
  ['ghcr.io/acme//cart', 'two slashes follow each other, or one ends it'],
  ['ghcr.io/acme/cart ', 'cart  is not made of a-z, 0-9 and single separators between them'],
  ['ghcr.io/acme/cart\n', 'cart\n is not made of a-z, 0-9 and single separators between them'],
  ['ghcr.io/acme/-cart', '-cart is not made of a-z, 0-9 and single separators between them'],
  ['ghcr.io/acme/ca..rt', 'ca..rt is not made of a-z, 0-9 and single separators between them'],
  ['ghcr.io:port/cart', 'ghcr.io:port is not a host'],
  ['ghcr..io/cart', 'ghcr..io is not a host'],
  [`ghcr.io/${'a'.repeat(260)}`, 'it is longer than 255 characters'],
])('refuses %j as a repository', (repository, problem) => {
  expect(problems(repository)).toEqual([
    `"${repository}" is not a repository: ${problem}; write it like \`ghcr.io/acme/cart\``,
  ]);
});

test.each([
  `ghcr.io/acme/cart@sha256:${HEX}`,
  `ghcr.io/acme/cart:v1.2_x@sha256:${HEX}`,
  `localhost:5000/cart@sha256:${HEX}`,
])('takes %s apart', (reference) => {
  const { repository, digest, findings } = pinned(reference);
  expect(`${repository} ${digest}`).toBe(`${reference.replace(/(:v1.2_x)?@.*/, '')} sha256:${HEX}`);
  expect(findings).toEqual([]);
});

const codes = (reference: string) => pinned(reference).findings.map(({ code, message }) => `${code} ${message}`);

test.each(['ghcr.io/acme/cart:1.2', 'ghcr.io/acme/cart', 'localhost:5000/cart'])('%s can move', (reference) => {
  expect(codes(reference)).toEqual([
    `WASM0204 "${reference}" has no digest, so it can become another image; name it as \`${reference}@sha256:…\`, with the digest the registry shows for it`,
  ]);
});

test.each([
  ['a short digest', 'ghcr.io/acme/cart@sha256:abc', 'its digest is not "sha256:" and 64 hex digits in lower case'],
  [
    'upper case hex',
    `ghcr.io/acme/cart@sha256:${'A'.repeat(64)}`,
    'its digest is not "sha256:" and 64 hex digits in lower case',
  ],
  [
    'another algorithm',
    `ghcr.io/acme/cart@sha512:${'a'.repeat(128)}`,
    'its digest is not "sha256:" and 64 hex digits in lower case',
  ],
  [
    'two digests',
    `ghcr.io/acme/cart@sha256:${HEX}@sha256:${HEX}`,
    'its digest is not "sha256:" and 64 hex digits in lower case',
  ],
  ['an empty tag', `ghcr.io/acme/cart:@sha256:${HEX}`, 'its tag is not one'],
  ['no registry', `acme/cart@sha256:${HEX}`, 'it does not begin with a registry'],
])('refuses a reference with %s', (_, reference, problem) => {
  expect(codes(reference)).toEqual([
    `WASM0205 "${reference}" is not an image reference: ${problem}; write it like \`ghcr.io/acme/cart@sha256:…\``,
  ]);
});

test('a long hostile reference is judged in no time', () => {
  const start = process.hrtime.bigint();
  pinned(`ghcr.io/${'a-'.repeat(100_000)}@sha256:${HEX}`);
  repositoryFindings(`${'a.'.repeat(120)}/${'a_'.repeat(5)}!`);
  expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(200);
});

test('the last part of a repository names its image', () => {
  expect(['ghcr.io/acme/cart', 'cart'].map(lastSegment)).toEqual(['cart', 'cart']);
});
