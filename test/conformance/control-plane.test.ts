import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { missingFrom } from './api/missing-from';
import { startControlPlane } from './control-plane';
import { controlPlaneRecipe, KUBERNETES_VERSION } from './control-plane.recipe';
import { describeWithControlPlane } from './describe-with-control-plane';
import * as ports from './machine/free-ports';
import { cachedTool } from './tool-cache';

describeWithControlPlane(
  'a control plane',
  (get) => {
    test('is of the version that go.mod names', async () => {
      expect(KUBERNETES_VERSION).toMatch(/^v1\.\d+\.\d+$/);
      expect((await get().send({ method: 'GET', path: '/version' })).body).toMatchObject({
        gitVersion: KUBERNETES_VERSION,
      });
    });

    test('stores a Deployment as it was sent', async () => {
      const sent = deployment({ replicas: 3, template: podTemplate({ cpu: '0.5', memory: '1024Mi' }) });
      expect(missingFrom(sent, await get().applyAndReadBack(sent))).toEqual([]);
    });

    test('refuses a field that Kubernetes does not have, applied or created', async () => {
      const typo = deployment({ replicaz: 3 });
      await expect(get().apply(typo)).rejects.toThrow('.spec.replicaz: field not declared in schema');
      await expect(get().create(typo)).rejects.toMatchObject({
        name: 'ApiError',
        status: 400,
        reason: 'BadRequest',
        message: expect.stringContaining('strict decoding error: unknown field "spec.replicaz"'),
      });
    });

    test('names the field whose value is invalid', async () => {
      await expect(get().apply(deployment({ replicas: -1 }))).rejects.toMatchObject({
        status: 422,
        reason: 'Invalid',
        causes: [{ field: 'spec.replicas' }],
      });
    });

    test('a dry run stores nothing, and tells of the server’s defaults', async () => {
      const sent = { ...deployment({}), metadata: { name: 'dry', namespace: 'dry-run' } };
      const { object } = await get().apply(sent, { dryRun: true });
      expect(object).toMatchObject({ spec: { replicas: 1 } });
      await expect(get().get(sent)).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
    });

    test('passes warnings on', async () => {
      const env = [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ];
      const { warnings } = await get().create(pod({ containers: [{ name: 'web', image: 'web', env }] }), DRY);
      expect(warnings).toEqual([expect.stringContaining('hides previous definition of "A"')]);
    });

    test('deletes', async () => {
      const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'short-lived' }, data: { a: 'b' } };
      expect(await get().applyAndReadBack(configMap)).toMatchObject({ metadata: { namespace: 'default' } });
      await get().delete(configMap);
      await expect(get().get(configMap)).rejects.toMatchObject({ status: 404 });
    });

    test('knows no kind that nobody installed', async () => {
      const gadget = { apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { name: 'g' } };
      await expect(get().apply(gadget)).rejects.toThrow('no matches for kind "Gadget" in "example.com/v1"');
    });

    describe('with a RuntimeClass', () => {
      beforeAll(() => get().apply(RUNTIME_CLASS));

      test('merges its scheduling and overhead into a pod', async () => {
        const { object } = await get().create(pod({ runtimeClassName: 'wasmtime', nodeSelector: { zone: 'a' } }), DRY);
        expect(object).toMatchObject({
          spec: {
            nodeSelector: { pool: 'wasm', zone: 'a' },
            tolerations: expect.arrayContaining(RUNTIME_CLASS.scheduling.tolerations),
            overhead: { cpu: '25m', memory: '24Mi' },
          },
        });
      });

      test('forbids a pod whose nodeSelector contradicts it', async () => {
        const contradicting = pod({ runtimeClassName: 'wasmtime', nodeSelector: { pool: 'linux' } });
        await expect(get().create(contradicting, DRY)).rejects.toMatchObject({
          status: 403,
          reason: 'Forbidden',
          message: expect.stringContaining('conflict: runtimeClass.scheduling.nodeSelector[pool] = wasm'),
        });
      });
    });

    describe('with the CRDs of Karpenter', () => {
      test('stores a NodePool as it was sent', async () => {
        const sent = nodePool({ effect: 'NoSchedule', values: ['2'] });
        expect(missingFrom(sent, await get().applyAndReadBack(sent))).toEqual([]);
      });

      test('refuses what its schema refuses', async () => {
        await expect(get().apply(nodePool({ effect: 'Sometimes', values: ['2'] }))).rejects.toMatchObject({
          reason: 'Invalid',
          message: expect.stringContaining('Unsupported value: "Sometimes"'),
        });
      });

      test('refuses what its CEL rules refuse', async () => {
        await expect(get().apply(nodePool({ effect: 'NoSchedule', values: ['2', '4'] }))).rejects.toMatchObject({
          reason: 'Invalid',
          message: expect.stringContaining("requirements operator 'Gt'"),
        });
      });
    });

    test('takes other ports when one is taken', async () => {
      const occupant = createServer().listen(0, '127.0.0.1');
      await once(occupant, 'listening');
      const { port: taken } = occupant.address() as AddressInfo;
      const [apiPort, peerPort] = await ports.freePorts(2);
      const pick = jest.spyOn(ports, 'freePorts').mockResolvedValueOnce([apiPort, taken, peerPort]);
      try {
        const another = await startControlPlane();
        expect(pick).toHaveBeenCalledTimes(2);
        const directory = dirname(another.kubeconfig);
        expect(existsSync(directory)).toBe(true);
        await another.stop();
        expect(existsSync(directory)).toBe(false);
      } finally {
        pick.mockRestore();
        occupant.close();
      }
    }, 60_000);

    test('ends and cleans up when whoever started it is gone', async () => {
      const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-orphan-'));
      const program = join(cachedTool(controlPlaneRecipe) ?? '', 'control-plane');
      const [client, peer] = (await ports.freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
      const flags = [
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
      ];
      const orphan = spawn(program, ['etcd', `--data-dir=${join(scratch, 'etcd')}`, ...flags], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env: { CONTROL_PLANE_SCRATCH: scratch },
      });
      orphan.stdin.destroy(); // which is what the death of the parent does
      expect(await once(orphan, 'exit')).toEqual([0, null]);
      expect(existsSync(scratch)).toBe(false);
    });
  },
  { crds: ['karpenter'] },
);

const DRY = { dryRun: true };

const RUNTIME_CLASS = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'wasmtime' },
  handler: 'wasmtime',
  overhead: { podFixed: { cpu: '25m', memory: '24Mi' } },
  scheduling: {
    nodeSelector: { pool: 'wasm' },
    tolerations: [{ key: 'wasm', operator: 'Equal', value: 'edge', effect: 'NoSchedule' }],
  },
};

const pod = (spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'web-', namespace: 'shop' },
  spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
});

const podTemplate = (limits: object) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web', resources: { limits } }] },
});

const deployment = (spec: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { 'app.kubernetes.io/name': 'web' } },
  spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate({}), ...spec },
});

const nodePool = ({ effect, values }: { effect: string; values: string[] }) => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'wasm' },
  spec: {
    template: {
      metadata: { labels: { pool: 'wasm' } },
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'wasm' },
        taints: [{ key: 'wasm', value: 'edge', effect }],
        startupTaints: [{ key: 'wasm/shim', effect: 'NoSchedule' }],
        requirements: [{ key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values }],
      },
    },
  },
});
