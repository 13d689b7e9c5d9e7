import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyProp } from '../support/every-prop';
import { findingsOf } from '../support/programs';

const lib = join(__dirname, '..', '..', 'lib');
// What only a mesh or an installer has is said in their tests.
const program = [
  'support/every-prop.ts',
  'mesh/mesh.test.ts',
  'node-pool/installers/every-option.ts',
  'node-pool/installers/krustlet.test.ts',
]
  .map((file) => readFileSync(join(__dirname, '..', file), 'utf8'))
  .join('\n');

/** The fields of the structs that people fill in, by the file they stand in. */
const FILES = [
  'microservice/pod.props.ts',
  'microservice/microservice.props.ts',
  'microservice/job.props.ts',
  'microservice/sidecar.ts',
  'microservice/autoscaling.ts',
  'microservice/probe.ts',
  'microservice/files.ts',
  'microservice/call.options.ts',
  'node-pool/node-pool.props.ts',
  'node-pool/imported-node-pool.ts',
  'node-pool/provisioners/karpenter.options.ts',
  'node-pool/provisioners/existing.ts',
  'node-pool/installers/preinstalled.ts',
  'node-pool/installers/daemon-set.options.ts',
  'node-pool/installers/krustlet.options.ts',
];

const fieldsOf = (file: string): string[] => {
  const source = readFileSync(join(lib, file), 'utf8');
  const structs = source.matchAll(
    /export interface (\w*(?:Props|Options|Reference|Items|Requirement|NodeClass|Overhead)|Sidecar|ShimBinary|ShimProbe|DownloadProxy|KrustletBootstrapToken) [^{]*\{(.*?)\n\}/gs,
  );
  return [...structs].flatMap(([, , body = '']) =>
    [...body.matchAll(/readonly (\w+)\??:/g)].map(([, name = '']) => name),
  );
};

test('the structs are found', () => {
  expect(FILES.flatMap(fieldsOf).length).toBeGreaterThan(90);
  const { length } = FILES.filter((file) => fieldsOf(file).length === 0);
  expect(length).toBe(0);
  const others = readdirSync(join(lib, 'node-pool', 'installers'))
    .map((file) => `node-pool/installers/${file}`)
    .filter(
      (file) =>
        !FILES.includes(file) && /export interface \w*(Options|Props)\b/.test(readFileSync(join(lib, file), 'utf8')),
    );
  expect(others).toEqual([]);
});

test('the program that says everything uses every prop', () => {
  const unused = FILES.flatMap((file) => fieldsOf(file).map((name) => ({ file, name })))
    .filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(program))
    .map(({ file, name }) => `${name} of ${file}`);
  expect(unused).toEqual([]);
});

test('and has no finding', () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(findingsOf(everyProp())).toEqual([]);
  expect(stderr).not.toHaveBeenCalled();
  stderr.mockRestore();
});
