import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-28';
import { ImageFormat, Probe, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../../lib';
import { until } from '../../conformance/machine/until';
import { findingsOf, type Json } from '../../support/programs';
import { Lab } from '../lab';
import { BY_HAND, guest, pushed, wasmPod } from '../pods';

// What users trip over, produced once by hand, with what the library does about the same intent beside it.
const NAMESPACE = 'traps';
const lab = Lab.connect();
const seen: { readonly trap: string; readonly symptom: string; readonly remedy: string }[] = [];
let inventory: string;

beforeAll(async () => {
  await lab.api.apply(BY_HAND);
  await lab.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  inventory = await pushed(lab, 'inventory');
}, 60_000);
afterAll(async () => {
  await lab.removeNamespace(NAMESPACE);
  await lab.remove(BY_HAND);
  const reports = join(__dirname, '../../../test-reports');
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, 'traps.json'), JSON.stringify(seen, undefined, 2));
  lab.close();
}, 120_000);

const runtimeClass = (name: string, handler: string): Json => ({ ...BY_HAND, metadata: { name }, handler });

/** What the kubelet or the API server says about a pod by hand, once it says what is wanted. */
async function symptomOf(pod: Json, wanted: RegExp): Promise<string> {
  try {
    await lab.api.create(pod);
  } catch (error) {
    const message = String((error as Error).message);
    if (wanted.test(message)) return message;
    throw error;
  }
  const { name } = pod.metadata;
  const found = await until(`${wanted} about ${name}`, 60, async () => {
    const { items } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/events`);
    const { status } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`);
    const states = (status.containerStatuses ?? []).flatMap(({ state, lastState }: Json) =>
      [state, lastState].flatMap((one: Json) => Object.values<Json>(one ?? {})),
    );
    const said = [
      ...items.filter((one: Json) => one.involvedObject.name === name).map((one: Json) => String(one.message)),
      ...states.map((one: Json) =>
        [one.reason, one.exitCode, one.message].filter((part) => part !== undefined).join(' '),
      ),
    ];
    return said.find((text) => wanted.test(text));
  });
  await lab.remove(pod);
  return found;
}

/** What the synthesiser says to the same intent; empty where it emits what is right. */
function refusal(build: (chart: Chart, pool: WasmNodePool) => unknown): string {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  build(chart, new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME }));
  return findingsOf(chart).join('\n');
}

const pod = (name: string, options: Partial<Parameters<typeof wasmPod>[2]> = {}) =>
  wasmPod(NAMESPACE, name, { image: inventory, ...options });

interface Trap {
  readonly trap: string;
  readonly pod: () => Json;
  readonly symptom: RegExp;
  readonly refused?: (chart: Chart, pool: WasmNodePool) => unknown;
  readonly remedy: string | RegExp;
  readonly before?: () => Promise<unknown>;
}

const TRAPS: readonly Trap[] = [
  {
    trap: 'a RuntimeClass that does not exist',
    pod: () => pod('unknown-class', { runtimeClassName: 'wasmtme' }),
    symptom: /RuntimeClass "wasmtme" not found/,
    remedy: 'the name comes from the pool: it is never typed',
  },
  {
    trap: 'a RuntimeClass whose handler no node knows',
    before: () => lab.api.apply(runtimeClass('wrong-handler', 'wasmtime-v1')),
    pod: () => pod('wrong-handler', { runtimeClassName: 'wrong-handler' }),
    symptom: /no runtime for "wasmtime-v1" is configured/,
    remedy:
      'handler, RuntimeClass and the installer’s table come from one value; the gate opens once something ran under it',
  },
  {
    trap: 'a Wasm image without a RuntimeClass',
    pod: () => {
      const { runtimeClassName: _, ...spec } = pod('no-class').spec;
      return { ...pod('no-class'), spec };
    },
    symptom: /executable file not found|exec format error|no such file/,
    remedy: 'every workload names the RuntimeClass of its pool',
  },
  {
    trap: 'an artifact without a command',
    pod: () => pod('no-command', { container: { command: undefined } }),
    symptom: /no command specified/,
    remedy: 'artifacts get the placeholder their runtime wants',
  },
  {
    trap: 'a liveness probe by command: it never restarts anything',
    pod: () =>
      pod('exec-probe', { container: { livenessProbe: { exec: { command: ['/bin/true'] }, periodSeconds: 1 } } }),
    symptom: /Exec is not supported/,
    refused: (chart, pool) =>
      new WasmMicroservice(chart, 'cart', { pool, image: guest('inventory'), liveness: Probe.command(['/bin/true']) }),
    remedy: /WASM0312/,
  },
  {
    trap: 'a rootfs image of Go in the memory its artifact runs in',
    pod: () =>
      pod('small-image', {
        image: `ghcr.io/acme/command@${guest('command').digestIn(ImageFormat.IMAGE)}`,
        format: ImageFormat.IMAGE,
        container: { args: ['exit', '0'], resources: { limits: { memory: '40Mi' } } },
      }),
    before: () => pushed(lab, 'command', ImageFormat.IMAGE),
    symptom: /Error 137/,
    remedy:
      'memory follows the image format: 27 MiB and more for each MiB of module where it is compiled inside the limit',
  },
  {
    trap: 'a listen address that is no IP literal: the guest listens on 8080 of every interface',
    pod: () =>
      pod('listen-word', {
        container: {
          env: [{ name: 'WASMTIME_HTTP_PROXY_SOCKET_ADDR', value: 'localhost:9091' }],
          readinessProbe: { tcpSocket: { port: 9091 }, periodSeconds: 1 },
        },
      }),
    symptom: /connection refused/,
    refused: (chart, pool) =>
      new WasmMicroservice(chart, 'cart', {
        pool,
        image: guest('inventory'),
        environment: { WASMTIME_HTTP_PROXY_SOCKET_ADDR: EnvValue.fromValue('localhost:9091') },
      }),
    remedy: /WASM03\d\d/,
  },
  {
    trap: 'two servers of one pod on one port',
    pod: () =>
      pod('port-clash', {
        spec: {
          containers: [
            { name: 'one', image: inventory, command: ['/app.wasm'] },
            { name: 'two', image: inventory, command: ['/app.wasm'] },
          ],
        },
      }),
    symptom: /Error 137/,
    refused: (chart, pool) =>
      new WasmMicroservice(chart, 'cart', {
        pool,
        image: guest('inventory'),
        sidecars: [
          {
            name: 'proxy',
            image: `registry.example/proxy@sha256:${'a'.repeat(64)}`,
            ports: { web: 8080 },
          },
        ],
      }),
    remedy: /WASM0305/,
  },
  {
    trap: 'user namespaces',
    pod: () => pod('host-users', { spec: { hostUsers: false } }),
    symptom: /does not support user namespaces/,
    remedy: 'no prop asks for them; the catalogue says why',
  },
];

test.each(TRAPS.map((one) => [one.trap, one] as const))(
  '%s',
  async (trap, { pod: byHand, symptom, refused, remedy, before }) => {
    await before?.();
    const found = await symptomOf(byHand(), symptom);
    const said = refused === undefined ? '' : refusal(refused);
    if (remedy instanceof RegExp) expect(said).toMatch(remedy);
    seen.push({ trap, symptom: found, remedy: remedy instanceof RegExp ? said : remedy });
  },
  120_000,
);
