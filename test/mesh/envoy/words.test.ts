import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', '..', '..', 'lib', 'mesh', 'envoy');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));

/** `service` alone is what Envoy calls the program it stands beside. */
const KUBERNETES =
  /kube|k8s|\bpods?\b|config-?map|sidecar|container|deployment|namespace|service-?account|cluster-?ip|\bServices?\b|ingress|readiness|liveness|preStop/i;
const ENVOYS_OWN = /--service-(node|cluster)|serviceNode|service: string|intent\.service/g;

test('the sources are read at all', () => {
  expect(sources.length).toBeGreaterThan(20);
});

test('Envoy is configured without a word of Kubernetes', () => {
  const lines = sources.flatMap(({ file, text }) =>
    text.split('\n').map((line) => ({ place: `${file}: ${line.trim()}`, line: line.replace(ENVOYS_OWN, '') })),
  );
  expect(lines.filter(({ line }) => KUBERNETES.test(line)).map(({ place }) => place)).toEqual([]);
});

test('it imports its own files only', () => {
  const imports = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/from '([^']+)'/g)].map(([, path]) => ({ file, path })),
  );
  const outside = imports.filter(
    ({ file, path }) => !path.startsWith('.') || !join(folder, file, '..', path).startsWith(folder),
  );
  expect(outside).toEqual([]);
});
