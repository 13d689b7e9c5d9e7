import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart } from 'cdk8s';
import { RULES } from '../../../lib/policy/rules';
import { governedExample } from '../../policy/governed-example';
import { violations } from '../../policy/violations';
import { findingsOf, type Json } from '../../support/programs';
import { ApiError } from '../api/api-connection';
import type { ControlPlane } from '../control-plane';
import type { CrdGroup } from '../crds';
import { describeWithControlPlane } from '../describe-with-control-plane';
import { describeWithTool } from '../describe-with-tool';
import { gatekeeperRecipe } from '../gatekeeper.recipe';
import { until } from '../machine/until';
import { gatekeeperRefusal, startGatekeeper } from './gatekeeper';
import { describeWithGator, gatorViolations } from './gator';
import { nativeRefusal } from './native';
import { submit } from './submit';

const outdir = mkdtempSync(join(tmpdir(), 'policy-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const app = governedExample(outdir);
const objects: Json[] = app.charts.flatMap((chart) => JSON.parse(JSON.stringify(chart.toJson())));
const ofGroup = (group: string): Json[] => objects.filter(({ apiVersion }) => apiVersion.startsWith(`${group}/`));
const natives = ofGroup('admissionregistration.k8s.io');
const templates = ofGroup('templates.gatekeeper.sh');
const constraints = ofGroup('constraints.gatekeeper.sh');
const program = objects.filter((object) => ![...natives, ...templates, ...constraints].includes(object));
const deployment = program.find(({ kind }) => kind === 'Deployment');
const VIOLATIONS = violations(deployment);

let judged = 0;
afterAll(() => {
  process.stderr.write(
    `policy programs: ${program.length} objects of the example and ${VIOLATIONS.length} violations; `,
  );
  process.stderr.write(`${judged} verdicts\n`);
});

test('there is something to judge', () => {
  expect(program.length).toBeGreaterThanOrEqual(20);
  expect(natives).toHaveLength(2 * RULES.length + 2); // and the guard of the shim installer
  expect(templates).toHaveLength(RULES.length);
  expect(constraints).toHaveLength(RULES.length);
  expect(VIOLATIONS.map(([rule]) => rule).sort()).toEqual(RULES.map(({ id }) => id).sort());
});

describe('the synthesiser', () => {
  test('takes the example as it is', () => {
    expect(findingsOf(app)).toEqual([]);
    judged += program.length;
  });

  test.each(VIOLATIONS)('refuses it with %s broken', (rule, object) => {
    const chart = new Chart(app, `breaks-${rule}`);
    new ApiObject(chart, 'changed', object);
    const findings = findingsOf(app);
    app.node.tryRemoveChild(chart.node.id);
    expect(findings).toEqual([expect.stringContaining(`(rule ${rule})`)]);
    expect(findings[0]).toContain(`breaks-${rule}/changed`);
    judged++;
  });
});

describeWithGator('gator', () => {
  test('takes the example as it is', async () => {
    expect(await gatorViolations([...templates, ...constraints, ...program])).toEqual([]);
    judged += program.length;
  });

  test('refuses each broken rule, by that rule alone', async () => {
    const broken = VIOLATIONS.map(([rule, object]) => ({
      ...object,
      metadata: { ...object.metadata, name: `breaks-${rule}` },
    }));
    const against = await gatorViolations([...templates, ...constraints, ...broken]);
    expect(against.map(({ constraint, object }) => [constraint, object.metadata.name]).sort()).toEqual(
      VIOLATIONS.map(([rule]) => [rule, `breaks-${rule}`]).sort(),
    );
    judged += broken.length;
  });

  test('would say so if a parameter had another shape', async () => {
    const [constraint] = constraints;
    const wrong = { ...constraint, spec: { ...constraint.spec, parameters: { unknown: ['x'] } } };
    await expect(gatorViolations([...templates, wrong, ...program])).rejects.toThrow(/unknown/);
  });
});

/** Whoever judges for a real API server, and what it is given. */
interface Engine {
  readonly objects: readonly Json[];
  readonly crds: readonly CrdGroup[];
  /** Brings it into force. @returns how to end it */
  start(api: ControlPlane): Promise<() => Promise<void>>;
  /** `RULE: …`, or undefined where the object is admitted. */
  refusal(api: ControlPlane, object: Json): Promise<string | undefined>;
}

const NATIVE: Engine = {
  objects: natives,
  crds: ['karpenter', 'cert-manager', 'prometheus-operator'],
  async start(api) {
    for (const object of natives) await api.apply(object);
    return async () => undefined;
  },
  refusal: nativeRefusal,
};

const WEBHOOK: Engine = {
  objects: [...templates, ...constraints],
  crds: [...NATIVE.crds, 'gatekeeper'],
  async start(api) {
    const gatekeeper = await startGatekeeper(api, api.kubeconfig);
    await gatekeeper.install(templates, constraints);
    return () => gatekeeper.stop();
  },
  async refusal(api, object) {
    const said = await gatekeeperRefusal(() => submit(api, object));
    return said?.map((line) => line.replace(/^\[(\S+)\] /, '$1: ')).join('\n');
  },
};

describeEngine('native policies of a real API server', NATIVE);
describeWithTool(gatekeeperRecipe, "Gatekeeper's webhook", () => describeEngine('beside a real API server', WEBHOOK));

function describeEngine(title: string, engine: Engine): void {
  describeWithControlPlane(
    title,
    (get) => {
      let stop: (() => Promise<void>) | undefined;
      const refusal = (object: Json) => engine.refusal(get(), object);
      const running = (spec: Json, labels: Record<string, string> = {}): Json => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'running', namespace: 'shop', labels },
        spec,
      });

      beforeAll(async () => {
        for (const name of ['shop', 'kube-system', 'legacy']) {
          await get().apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
        }
        for (const object of program.filter(({ kind }) => kind === 'RuntimeClass')) await get().apply(object);
        // Before there were policies: a pod with a tag, a node and no capabilities dropped.
        const { runtimeClassName } = deployment.spec.template.spec;
        const before = { runtimeClassName, nodeName: 'wasm-1', containers: [{ name: 'old', image: 'old:1' }] };
        await get().create({
          ...running(before),
          metadata: { name: 'old', namespace: 'legacy', finalizers: ['example.com/x'] },
        } as Json);
        stop = await engine.start(get());
        for (const [rule, object] of VIOLATIONS.filter(([, { kind }]) => kind !== 'Pod')) {
          await until(`${rule} is in force`, 60, () => refusal(object));
        }
      }, 240_000);
      afterAll(() => stop?.());

      test('are stored as they were sent', async () => {
        for (const object of engine.objects) {
          const { spec } = (await get().get(object)) as Json;
          expect(spec).toMatchObject(object.spec);
        }
      });

      test('take the example as it is, dry and for real', async () => {
        for (const object of program) {
          const label = `${object.kind} ${object.metadata.name}`;
          const { warnings } = await get().apply(object);
          expect([label, ...warnings]).toEqual([label]);
          judged++;
        }
      });

      test('take the pods that its workloads make', async () => {
        for (const { kind, metadata, spec } of program) {
          const template = (spec?.jobTemplate?.spec ?? spec)?.template;
          if (template === undefined || !['Deployment', 'Job', 'CronJob'].includes(kind)) continue;
          const pod = {
            ...running({ restartPolicy: 'Always', ...template.spec }),
            metadata: { name: `pod-${metadata.name}`, namespace: 'shop' },
          };
          expect([kind, metadata.name, await refusal(pod)]).toEqual([kind, metadata.name, undefined]);
          judged++;
        }
      });

      test.each(VIOLATIONS)('refuse it with %s broken', async (rule, object) => {
        expect(await refusal(object)).toMatch(new RegExp(`^${rule}: `));
        judged++;
      });

      test('leave exempt namespaces alone', async () => {
        const [, object] = VIOLATIONS.find(([rule]) => rule === 'wasm-pool-toleration') as (typeof VIOLATIONS)[number];
        const metadata = { ...object.metadata, namespace: 'kube-system' };
        expect(await refusal({ ...object, metadata })).toBeUndefined();
      });

      describe('see updates', () => {
        const { runtimeClassName: _, ...plain } = deployment.spec.template.spec;
        const update = async (change: (pod: Json) => void): Promise<string> => {
          const pod = (await get().get(running({}))) as Json;
          change(pod);
          return answer(get(), pod);
        };

        beforeAll(async () => {
          await get().create(running({ ...plain, restartPolicy: 'Always' }));
          await get().send({
            method: 'POST',
            path: '/api/v1/namespaces/shop/pods/running/binding',
            body: {
              apiVersion: 'v1',
              kind: 'Binding',
              metadata: { name: 'running' },
              target: { apiVersion: 'v1', kind: 'Node', name: 'wasm-1' },
            },
          });
        });

        test('a toleration added to a running pod is refused', async () => {
          const wildcard = { operator: 'Exists', effect: 'NoSchedule' };
          expect(await update(({ spec }) => spec.tolerations.push(wildcard))).toContain('wasm-pool-toleration');
        });

        test('another honest change of a pod that has its node by now is admitted', async () => {
          expect(await update(({ spec }) => Object.assign(spec, { activeDeadlineSeconds: 60 }))).toBe('admitted');
        });

        test('a pod from before the policies keeps its labels writable and its finalizers removable', async () => {
          const old = async () =>
            (await get().get({ ...running({}), metadata: { name: 'old', namespace: 'legacy' } })) as Json;
          const labelled = await old();
          labelled.metadata.labels = { 'example.com/x': 'y' };
          expect(await answer(get(), labelled)).toBe('admitted');
          const free = await old();
          free.metadata.finalizers = [];
          expect(await answer(get(), free)).toBe('admitted');
        });

        test('and its image only to one that is in order', async () => {
          const old = (await get().get({ ...running({}), metadata: { name: 'old', namespace: 'legacy' } })) as Json;
          old.spec.containers[0].image = 'old:2';
          expect(await answer(get(), old)).toMatch(/denied (the )?request/);
        });
      });
    },
    { crds: engine.crds },
  );
}

/** What the API server says to a changed pod. */
async function answer(api: ControlPlane, pod: Json): Promise<string> {
  const { namespace, name } = pod.metadata;
  try {
    await api.send({ method: 'PUT', path: `/api/v1/namespaces/${namespace}/pods/${name}?dryRun=All`, body: pod });
    return 'admitted';
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}
