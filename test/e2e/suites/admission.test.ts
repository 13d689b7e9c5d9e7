import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { App } from 'cdk8s';
import { until } from '../../conformance/machine/until';
import { type Gatekeeper, startGatekeeper } from '../../conformance/policy/gatekeeper';
import { governedExample } from '../../policy/governed-example';
import { violations } from '../../policy/violations';
import type { Json } from '../../support/programs';
import { program } from '../cluster/control-plane';
import { Lab } from '../lab';
import { kubernetesRecipe } from '../tools';

// docs/install.md, command by command, on a cluster that has Gatekeeper and nothing of ours; then the attacks of each rule,
// by kubectl, as users see them.
const lab = Lab.connect();
const folder = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-admission-'));
let app: App;
let gatekeeper: Gatekeeper;
let natives: readonly Json[];
let attacks: ReadonlyArray<readonly [rule: string, object: Json]>;

interface Said {
  readonly code: number;
  readonly out: string;
}

/** A shell whose `kubectl` is this cluster's. */
async function shell(script: string): Promise<Said> {
  try {
    const PATH = `${join(folder, 'bin')}:${process.env.PATH}`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { PATH, HOME: folder, KUBECONFIG: lab.state.kubeconfig },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: 0, out: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

/** What a page tells people to type, by its heading. */
function published(heading: string): string[] {
  const page = readFileSync(join(__dirname, '../../../docs/install.md'), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands);
}

const objectsOf = (): Json[] => app.charts.flatMap((chart) => JSON.parse(JSON.stringify(chart.toJson())));
const ofGroup = (group: string): Json[] => objectsOf().filter(({ apiVersion }) => apiVersion.startsWith(`${group}/`));

beforeAll(async () => {
  mkdirSync(join(folder, 'bin'));
  const kubectl = `#!/bin/sh\nexec ${program(kubernetesRecipe, 'kubernetes')} kubectl "$@"\n`;
  writeFileSync(join(folder, 'bin', 'kubectl'), kubectl, { mode: 0o755 });
  await lab.namespaceGone('shop'); // which the suite of that name has had
  app = governedExample(join(folder, 'dist'));
  app.synth();
  natives = ofGroup('admissionregistration.k8s.io');
  attacks = violations(objectsOf().find(({ kind }) => kind === 'Deployment'));
  await lab.pushImages(app);
  gatekeeper = await startGatekeeper(lab.api, lab.state.kubeconfig);
  await gatekeeper.guard();
}, 240_000);
afterAll(async () => {
  await lab.remove({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'gatekeeper-validating-webhook-configuration' },
  });
  for (const command of published('Take it away')) await shell(command);
  await lab.removeClusterWide(natives);
  await lab.removeNamespace('shop');
  await until('the kinds of constraints are gone', 60, async () => {
    const { items } = await lab.get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
    return !items.some(({ spec }: Json) => spec.group === 'constraints.gatekeeper.sh') || undefined;
  });
  await gatekeeper.stop();
  rmSync(folder, { recursive: true, force: true });
  lab.close();
}, 180_000);

describe('from a cluster without templates, by the published commands', () => {
  test('the first command applies everything but constraints', async () => {
    const [plain = ''] = published('Apply');
    const { code, out } = await shell(plain);
    expect(code).not.toBe(0);
    const complaints = out.split('\n').filter((line) => /error|no matches/i.test(line));
    expect(complaints.length).toBeGreaterThan(0);
    expect(
      complaints.filter((line) => !/no matches for kind "Wasm|ensure CRDs are installed first/.test(line)),
    ).toEqual([]);
  });

  test('those of Gatekeeper bring everything into force, and the example runs', async () => {
    const [, commands = ''] = published('Apply');
    const { code, out } = await shell(commands);
    expect(code === 0 ? '' : out).toBe('');
    for (const constraint of ofGroup('constraints.gatekeeper.sh'))
      expect((await lab.now(constraint)).spec).toMatchObject(constraint.spec);
    for (const name of ['inventory', 'cart', 'gateway']) await lab.rollout('shop', name, 120);
  }, 500_000);
});

/** The command by which a user would do it, and what comes back. */
async function attempt(object: Json): Promise<Said> {
  if (object.kind === 'Pod') {
    const [pod] = await lab.pods('shop', { 'app.kubernetes.io/name': 'inventory' });
    const { image, securityContext } = pod.spec.containers[0]; // an admitted container: that it is there is what is wrong
    const custom = join(folder, 'debug.yaml');
    writeFileSync(custom, JSON.stringify({ securityContext }));
    return shell(`kubectl debug -n shop ${pod.metadata.name} --image=${image} --profile=restricted --custom=${custom}`);
  }
  const file = join(folder, 'attack.yaml');
  const namespaced = object.kind === 'RuntimeClass' ? {} : { namespace: 'shop' };
  writeFileSync(file, JSON.stringify({ ...object, metadata: { ...object.metadata, ...namespaced } }));
  return shell(`kubectl apply --server-side -f ${file}`);
}

/** One line for each attack that did not get the answer it should: none is right. */
async function wrong(denial: (rule: string) => RegExp): Promise<string[]> {
  const lines: string[] = [];
  for (const [rule, object] of attacks) {
    const said = await until(`${rule} is in force`, 30, async () => {
      const { code, out } = await attempt(object);
      return code !== 0 && denial(rule).test(out) ? 'denied' : undefined;
    }).catch(async () => (await attempt(object)).out);
    if (said !== 'denied') lines.push(`${rule}: ${said}`);
  }
  return lines;
}

test('native policy denies one attack for each rule, and says which', async () => {
  expect(attacks.length).toBeGreaterThanOrEqual(11);
  const words = (rule: string) => new RegExp(`ValidatingAdmissionPolicy '${rule}' with binding '.*' denied request: `);
  expect(await wrong(words)).toEqual([]);
}, 240_000);

describe('without native policy', () => {
  beforeAll(async () => {
    await lab.removeClusterWide(natives);
  });

  test("Gatekeeper's webhook denies the same attacks, and says which", async () => {
    const words = (rule: string) =>
      new RegExp(
        `admission webhook "validation.gatekeeper.sh" denied the request: (\\[[\\w-]+\\] .*\\n)*\\[${rule}\\] `,
      );
    expect(await wrong(words)).toEqual([]);
  }, 240_000);

  test('it admits what controllers make of the example', async () => {
    const { code } = await shell('kubectl rollout restart -n shop deployment inventory');
    expect(code).toBe(0);
    await lab.rollout('shop', 'inventory', 120);
  }, 150_000);
});
