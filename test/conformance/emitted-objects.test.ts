import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Chart } from 'cdk8s';
import { WasmMicroservice } from '../../lib';
import { everyGuard } from '../support/every-guard';
import { everyProp } from '../support/every-prop';
import { findingsOf, httpImage, type Json, platform, podOf } from '../support/programs';
import { missingFrom } from './api/missing-from';
import { describeWithControlPlane } from './describe-with-control-plane';

const outdir = mkdtempSync(join(tmpdir(), 'emitted-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** The example as it is: it synthesises when it is loaded. */
function example(): App {
  process.env.CDK8S_OUTDIR = outdir;
  return (require('../../examples/polyglot-shop/main') as { app: App }).app;
}

const objectsOf = (app: App): Json[] => app.charts.flatMap((chart: Chart) => chart.toJson()).filter(isForServer);
const byKind = (objects: readonly Json[], ...kinds: string[]): Json[] =>
  objects.filter(({ kind }) => kinds.includes(kind));
const podsOf = (objects: readonly Json[]): Json[] =>
  byKind(objects, 'Deployment', 'Job', 'CronJob').map((object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: object.metadata.name, namespace: object.metadata.namespace },
    spec: { restartPolicy: 'Always', ...podOf(object) },
  }));

const PROGRAMS: ReadonlyArray<readonly [string, () => App, number]> = [
  ['the polyglot shop', example, 67],
  ['the program that uses every prop', everyProp, 28],
  ['the program that says everything about mesh and policy', everyGuard, 54],
];
const CRDS = ['karpenter', 'cert-manager', 'prometheus-operator', 'gatekeeper'] as const;

/** The kinds of constraints exist only where Gatekeeper runs, which makes them from the templates. */
const isForServer = ({ apiVersion }: Json): boolean => !apiVersion.startsWith('constraints.gatekeeper.sh/');

// A server each: the native policy of one program would judge the objects of the next.
for (const [name, program, least] of PROGRAMS) {
  describeWithControlPlane(
    `a real API server, given ${name},`,
    (get) => {
      let objects: Json[];
      beforeAll(async () => {
        objects = objectsOf(program());
        const restricted = {
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        };
        await get().apply({
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'shop', labels: restricted },
        } as Json);
        await get().apply({
          apiVersion: 'node.k8s.io/v1',
          kind: 'RuntimeClass',
          metadata: { name: 'made-elsewhere' },
          handler: 'wasmedge',
        } as Json);
      });

      test('stores every object as it was sent, without a warning', async () => {
        expect(objects.length).toBeGreaterThanOrEqual(least);
        for (const object of objects) {
          const label = `${object.kind} ${object.metadata.name}`;
          const { warnings } = await get().apply(object);
          expect([label, ...warnings]).toEqual([label]);
          expect([label, ...missingFrom(object, await get().get(object))]).toEqual([label]);
        }
      });

      test('admits every pod to a namespace with the restricted Pod Security Standard', async () => {
        const pods = podsOf(objects);
        expect(pods.length).toBeGreaterThanOrEqual(2);
        for (const pod of pods) {
          const { warnings } = await get().create(pod, { dryRun: true });
          expect([pod.metadata.name, ...warnings]).toEqual([pod.metadata.name]);
        }
      });

      test('merges what the RuntimeClass says into its pods', async () => {
        for (const pod of podsOf(objects).filter((one) => one.spec.runtimeClassName !== 'made-elsewhere')) {
          const runtimeClass = objects.find(
            ({ kind, metadata }) => kind === 'RuntimeClass' && metadata.name === pod.spec.runtimeClassName,
          );
          const { spec } = (await get().create(pod, { dryRun: true })).object as Json;
          expect(spec.nodeSelector).toMatchObject(runtimeClass.scheduling.nodeSelector);
          expect(spec.tolerations).toEqual(expect.arrayContaining(runtimeClass.scheduling.tolerations));
          expect(missingFrom(runtimeClass.overhead?.podFixed, spec.overhead)).toEqual([]);
        }
      });
    },
    { crds: CRDS },
  );
}

describeWithControlPlane(
  'a real API server',
  (get) => {
    test('forbids the node selector that WASM0331 refuses', async () => {
      // A RuntimeClass the server has never seen is looked up at once; a changed one may still be known as it was.
      const { chart, pool } = platform({ name: 'conflict' });
      new WasmMicroservice(chart, 'cart', {
        pool,
        image: httpImage(),
        nodeSelector: { 'cdk8s-wasm.dev/shim-wasmtime': 'no' },
      });
      expect(findingsOf(chart)).toEqual([expect.stringContaining('WASM0331')]);
      const objects = chart.node
        .findAll()
        .filter((child): child is Json => 'toJson' in child && !(child instanceof Chart));
      const [runtimeClass, , deployment] = objects.map((object) => object.toJson());
      await get().apply(runtimeClass);
      const [pod] = podsOf([deployment]);
      await expect(get().create(pod, { dryRun: true })).rejects.toMatchObject({
        status: 403,
        message: expect.stringContaining(
          'conflict: runtimeClass.scheduling.nodeSelector[cdk8s-wasm.dev/shim-wasmtime] = ready',
        ),
      });
    });

    test('refuses the sleep that WASM0332 refuses', async () => {
      const [pod] = podsOf(objectsOf(everyProp()).filter(({ metadata }) => metadata.name === 'cart-service'));
      pod.spec.terminationGracePeriodSeconds = 3;
      delete pod.spec.runtimeClassName; // not on this server
      await expect(get().create(pod, { dryRun: true })).rejects.toMatchObject({
        message: expect.stringContaining('less than terminationGracePeriodSeconds'),
      });
    });

    test('would say so if a field were lost', async () => {
      const [deployment] = byKind(objectsOf(everyProp()), 'Deployment');
      const stored = (await get().apply(deployment, { dryRun: true })).object;
      expect(missingFrom({ ...deployment, spec: { ...deployment.spec, replicas: 7 } }, stored)).toEqual([
        'spec.replicas',
      ]);
    });
  },
  { crds: CRDS },
);
