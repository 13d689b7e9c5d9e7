import { type GuestFacts, ImageFormat, WasmPayload, WasmRuntime } from '../../../lib';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { CLIENT_IMAGE, Lab } from '../lab';
import { BY_HAND, pushed, type WasmPodOptions, wasmPod } from '../pods';

// Every observable fact of the catalogue, seen on a real node. A title begins with the fact's name in the catalogue.
const NAMESPACE = 'catalogue';
const { facts } = WasmRuntime.WASMTIME;
const factsOf = (payload: WasmPayload): GuestFacts => facts.guests[payload] as GuestFacts;
const core = factsOf(WasmPayload.MODULE);
const cli = factsOf(WasmPayload.CLI_COMPONENT);
const http = factsOf(WasmPayload.HTTP_COMPONENT);

const lab = Lab.connect();
let command: string;
let component: string;
let commandImage: string;
let inventory: string;
let cart: string;

beforeAll(async () => {
  await lab.api.apply(BY_HAND);
  await lab.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await lab.api.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'files', namespace: NAMESPACE },
    data: { 'levels.csv': 'apple,3,10\n' },
  } as Json);
  command = await pushed(lab, 'command');
  component = await pushed(lab, 'component');
  commandImage = await pushed(lab, 'command', ImageFormat.IMAGE);
  inventory = await pushed(lab, 'inventory');
  cart = await pushed(lab, 'cart');
}, 60_000);
afterAll(async () => {
  await lab.removeNamespace(NAMESPACE);
  await lab.remove(BY_HAND);
  lab.close();
}, 120_000);

let counter = 0;
const named = (options: WasmPodOptions): Json => wasmPod(NAMESPACE, `pod-${counter++}`, options);

/** What the command guest says. */
async function said(args: readonly string[], options: Partial<WasmPodOptions> = {}): Promise<Json> {
  const pod = named({ image: command, ...options, container: { args, ...options.container } });
  const { log } = await lab.runToEnd(pod);
  return Object.assign(
    {},
    ...log
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  );
}

async function running(options: WasmPodOptions): Promise<Json> {
  const pod = named(options);
  await lab.api.create(pod);
  return lab.running(NAMESPACE, pod.metadata.name);
}

/** What the kubelet says about a pod, once it says what is wanted. */
const event = (pod: Json, wanted: RegExp, seconds = 40): Promise<string> =>
  until(`an event ${wanted} of ${pod.metadata.name}\n`, seconds, async () => {
    const { items } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/events`);
    const mine = items.filter((one: Json) => one.involvedObject.name === pod.metadata.name);
    return mine.map((one: Json) => String(one.message)).find((message: string) => wanted.test(message));
  });

const request = async (pod: Json, port: number, path = '/healthz'): Promise<number | string> => {
  try {
    return (await fetch(`http://${pod.status.podIP}:${port}${path}`, { signal: AbortSignal.timeout(3_000) })).status;
  } catch (error) {
    return String((error as { cause?: { code?: string } }).cause?.code ?? error);
  }
};

/** Deletes a pod. @returns how its guest ended, and after how many seconds */
async function ended(pod: Json): Promise<{ readonly code: number; readonly seconds: number }> {
  const { name } = pod.metadata;
  const begin = Date.now();
  // A finalizer keeps the object until its last state was read.
  await lab.patch(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`, { metadata: { finalizers: ['example.com/read'] } });
  await lab.remove(pod);
  const state = await until(`the end of ${name}`, 60, async () => {
    const { status } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`);
    return status.containerStatuses?.[0]?.state.terminated;
  });
  const seconds = (Date.now() - begin) / 1000;
  await lab.patch(`/api/v1/namespaces/${NAMESPACE}/pods/${name}`, { metadata: { finalizers: null } });
  return { code: state.exitCode, seconds };
}

describe('module:p1', () => {
  test('environment: exactly what the pod says, PATH, HOSTNAME and where the API server is', async () => {
    const { env } = await said(['env'], { container: { env: [{ name: 'GREETING', value: 'hello' }] } });
    expect(env.includes('GREETING=hello')).toBe(core.environment.value);
    const names = env.map((entry: string) => entry.split('=')[0]).sort();
    // Where the API server is, the kubelet tells every container, whatever `enableServiceLinks` says.
    expect(names.filter((name: string) => !name.startsWith('KUBERNETES_'))).toEqual(['GREETING', 'HOSTNAME', 'PATH']);
  });

  test('args: they arrive, the first is the command', async () => {
    const { args } = await said(['args', 'two']);
    expect(args.slice(1).join(' ') === 'args two').toBe(core.args.value);
    expect(args[0]).toBe('/app.wasm');
  });

  test('volumes: mounted files are seen, and can be written where the volume can', async () => {
    const { read } = await said(['read', '/data/levels.csv'], {
      container: { volumeMounts: [{ name: 'files', mountPath: '/data' }] },
      spec: { volumes: [{ name: 'files', configMap: { name: 'files' } }] },
    });
    expect(read === 'apple,3,10\n').toBe(core.volumes.value);
  });

  test('emptyDir: writable with a read-only root', async () => {
    const answer = await said(['write', '/cache/x'], {
      container: {
        volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
        securityContext: { readOnlyRootFilesystem: true },
      },
      spec: { volumes: [{ name: 'cache', emptyDir: {} }] },
    });
    expect(answer.error === undefined).toBe(facts.emptyDir.value);
  });

  test('readOnlyRootFilesystem: enforced; without it root can write', async () => {
    const sealed = await said(['write', '/x'], { container: { securityContext: { readOnlyRootFilesystem: true } } });
    expect(sealed.error !== undefined).toBe(facts.readOnlyRootFilesystem.value);
    expect((await said(['write', '/x'])).error).toBeUndefined();
  });

  test('logs: what it prints is in the log of the pod', async () => {
    const { log } = await lab.runToEnd(named({ image: command, container: { args: ['stderr', 'args'] } }));
    expect(log.includes('to stderr') && log.includes('"args"')).toBe(core.logs.value);
  });

  test('sigterm: ignored until the grace period ends', async () => {
    const { code, seconds } = await ended(await running({ image: command, container: { args: ['sleep', '100'] } }));
    expect([core.sigterm.value, code]).toEqual(['ignored', 137]);
    expect(seconds).toBeGreaterThanOrEqual(1.9);
  });

  test('exit codes pass through', async () => {
    expect((await lab.runToEnd(named({ image: command, container: { args: ['exit', '7'] } }))).code).toBe(7);
  });

  test('formats: a rootfs image runs as the artifact does', async () => {
    const { args } = await said(['args'], { image: commandImage, format: ImageFormat.IMAGE });
    expect(args.slice(1)).toEqual(['args']);
    expect([...core.formats].sort()).toEqual([ImageFormat.ARTIFACT, ImageFormat.IMAGE].sort());
  });

  test('limits, artifactMemory, imageMemory: compiled outside of the limit, or inside', async () => {
    const limited = (image: string, format: ImageFormat) =>
      lab.runToEnd(
        named({ image, format, container: { args: ['exit', '0'], resources: { limits: { memory: '40Mi' } } } }),
        90,
      );
    expect((await limited(command, ImageFormat.ARTIFACT)).code).toBe(0);
    expect((await limited(commandImage, ImageFormat.IMAGE)).code).toBe(137);
    // What the catalogue asks for is above what was killed.
    expect(core.imageMemory?.leastPerModuleMiB).toBeGreaterThan(40 / 3.1);
  }, 200_000);
});

describe('component:cli', () => {
  const container = (...args: readonly string[]) => ({ image: component, container: { args } });

  test('args: they arrive, the first is the command', async () => {
    const { args } = await said(['args', 'env'], { image: component });
    expect(args.slice(1).join(' ') === 'args env').toBe(cli.args.value);
  });

  test('environment: it arrives', async () => {
    const { env } = await said(['env'], {
      image: component,
      container: { env: [{ name: 'GREETING', value: 'hello' }] },
    });
    expect(env.includes('GREETING=hello')).toBe(cli.environment.value);
  });

  test('volumes: mounted files are seen', async () => {
    const { read } = await said(['read', '/data/levels.csv'], {
      image: component,
      container: { volumeMounts: [{ name: 'files', mountPath: '/data' }] },
      spec: { volumes: [{ name: 'files', configMap: { name: 'files' } }] },
    });
    expect(read === 'apple,3,10\n').toBe(cli.volumes.value);
  });

  test('logs: what it prints is in the log of the pod', async () => {
    const { log } = await lab.runToEnd(named(container('stderr', 'args')));
    expect(log.includes('to stderr') && log.includes('"args"')).toBe(cli.logs.value);
  });

  test('connects: by a socket of its own', async () => {
    const { status } = await running({ image: inventory });
    const { get } = await until('an answer', 20, async () => {
      const env = [{ name: 'WHERE', value: `http://${status.podIP}:8080/stock/apple` }];
      const answer = await said(['get', 'WHERE'], { image: component, container: { env } });
      return answer.error === undefined ? answer : undefined;
    }).catch(() => ({ get: '' }));
    expect(/^HTTP\/1.1 200/.test(get)).toBe(cli.connects.value);
  });

  test('listens: on a socket of its own', async () => {
    const pod = await running(container('listen', '0.0.0.0:9000'));
    const answer = await until('an answer', 10, async () => {
      const status = await request(pod, 9000);
      return typeof status === 'number' ? status : undefined;
    }).catch(() => undefined);
    expect(answer === 200).toBe(cli.listens.value);
  });
});

describe('component:http', () => {
  test('lowestPort: below it an ordinary user needs the capability, where containerd does not lift it', async () => {
    const LIMIT = 'net.ipv4.ip_unprivileged_port_start';
    const answers = async (port: number, drop: readonly string[], limit?: string): Promise<boolean> => {
      const pod = await running({
        image: inventory,
        spec: limit === undefined ? {} : { securityContext: { sysctls: [{ name: LIMIT, value: limit }] } },
        container: {
          env: [{ name: String(http.http?.listenVariable), value: `0.0.0.0:${port}` }],
          securityContext: { runAsNonRoot: true, runAsUser: 65532, capabilities: { drop } },
        },
      });
      const asked = until('an answer', 6, async () => ((await request(pod, port)) === 200 ? true : undefined));
      return asked.catch(() => false);
    };
    const lowest = facts.lowestPort.value;
    const without = ['NET_BIND_SERVICE'];
    expect(await answers(lowest, without, `${lowest}`)).toBe(true);
    expect(await answers(lowest - 1, [], `${lowest}`)).toBe(true);
    expect(await answers(lowest - 1, without, `${lowest}`)).toBe(false);
    expect(await answers(lowest - 1, without)).toBe(true); // containerd 2 allows it to everybody
  }, 90_000);

  test('listens, http: the shim listens on the port, or where an address says', async () => {
    const { port = 0, listenVariable = '' } = http.http ?? {};
    const at = async (value: string | undefined, ask: number) => {
      const env = value === undefined ? [] : [{ name: listenVariable, value }];
      const pod = await running({ image: inventory, container: { env } });
      const answer = await until('an answer', 20, async () => {
        const status = await request(pod, ask);
        return status === 'ECONNREFUSED' && value !== '127.0.0.1:8081' ? undefined : status;
      });
      await lab.remove(pod);
      return answer;
    };
    expect(await at(undefined, port)).toBe(200);
    expect(await at('0.0.0.0:9090', 9090)).toBe(200);
    expect(await at('[::]:8083', 8083)).toBe(200);
    expect(await at('localhost:9091', port)).toBe(200); // no IP literal: silently the default
    expect(await at('127.0.0.1:8081', 8081)).toBe('ECONNREFUSED');
  });

  test('environment: it arrives', async () => {
    const pod = await running({
      image: cart,
      container: { env: [{ name: 'INVENTORY_URL', value: 'http://127.0.0.1:1' }] },
    });
    const bare = await running({ image: cart });
    const status = (one: Json) =>
      until('an answer', 20, async () => {
        const answer = await request(one, 8080, '/cart');
        return answer === 'ECONNREFUSED' ? undefined : answer;
      });
    expect(await status(pod)).toBe(502); // it knows whom to ask
    expect(await status(bare)).toBe(500);
    expect(http.environment.value).toBe(true);
  });

  test('connects: by an outgoing request', async () => {
    const { status } = await running({ image: inventory });
    const asking = await running({
      image: cart,
      container: { env: [{ name: 'INVENTORY_URL', value: `http://${status.podIP}:8080` }] },
    });
    const answer = await until('an answer', 20, async () =>
      (await request(asking, 8080, '/cart')) === 200 ? true : undefined,
    ).catch(() => false);
    expect(answer).toBe(http.connects.value);
  });

  test('logs: what it prints is lost', async () => {
    const pod = await running({ image: inventory });
    await until('an answer', 20, async () => ((await request(pod, 8080)) === 200 ? true : undefined));
    expect((await lab.log(NAMESPACE, pod.metadata.name, 'guest')) !== '').toBe(http.logs.value);
  });

  test('sigterm: it ends at once', async () => {
    const pod = await running({ image: inventory, spec: { terminationGracePeriodSeconds: 20 } });
    await until('an answer', 20, async () => ((await request(pod, 8080)) === 200 ? true : undefined));
    const { code, seconds } = await ended(pod);
    expect([http.sigterm.value, code]).toEqual(['exits', 143]);
    expect(seconds).toBeLessThan(10);
  });

  test.each([
    ['httpGet', { httpGet: { path: '/healthz', port: 8080 } }, true],
    ['tcpSocket', { tcpSocket: { port: 8080 } }, true],
    ['grpc', { grpc: { port: 8080 } }, false],
  ])('probes, grpc: readiness by %s', async (kind, handler, expected) => {
    const pod = await running({ image: inventory, container: { readinessProbe: { ...handler, periodSeconds: 1 } } });
    const ready = await until('readiness', 6, async () => {
      const { status } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata.name}`);
      return status.containerStatuses[0].ready || undefined;
    }).catch(() => false);
    expect(ready).toBe(expected);
    expect(kind === 'grpc' ? http.grpc.value : facts.probes.value).toBe(expected);
  });
});

describe('any Wasm pod', () => {
  test('exec: not supported, and a liveness probe by command never restarts anything', async () => {
    const pod = await running({
      image: inventory,
      spec: { restartPolicy: 'Always' },
      container: { livenessProbe: { exec: { command: ['/bin/false'] }, periodSeconds: 1, failureThreshold: 1 } },
    });
    expect(await event(pod, /Exec is not supported/)).toContain('Exec is not supported');
    const { status } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata.name}`);
    expect([facts.exec.value, status.containerStatuses[0].restartCount]).toEqual([false, 0]);
  });

  test('sidecars, sidecarEnvironment: Linux containers run beside the guest, without their environment', async () => {
    const pod = named({
      image: inventory,
      spec: {
        initContainers: [
          {
            name: 'sidecar',
            image: CLIENT_IMAGE,
            restartPolicy: 'Always',
            command: ['/client', 'serve', '--address=:7070'],
          },
          {
            name: 'shows',
            image: CLIENT_IMAGE,
            command: ['/client', 'env'],
            env: [{ name: 'GREETING', value: 'hello' }],
          },
        ],
      },
    });
    await lab.api.create(pod);
    const started = await lab.running(NAMESPACE, pod.metadata.name);
    expect((await request(started, 7070)) === 200).toBe(facts.sidecars.value);
    const environment = await lab.log(NAMESPACE, pod.metadata.name, 'shows');
    expect(environment).toContain('PATH=');
    expect(environment.includes('GREETING=hello')).toBe(facts.sidecarEnvironment.value);
  });

  test('hostUsers: refused', async () => {
    const pod = named({ image: inventory, spec: { hostUsers: false } });
    await lab.api.create(pod);
    expect(await event(pod, /user namespaces/)).toMatch(/does not support user namespaces/);
    expect(facts.hostUsers.value).toBe(false);
  });

  test('terminal: refused', async () => {
    const pod = named({ image: inventory, container: { tty: true } });
    await lab.api.create(pod);
    expect(await event(pod, /terminal/i)).toMatch(/terminal is not supported/i);
    expect(facts.terminal.value).toBe(false);
  });

  test('shareProcessNamespace: Linux sidecars cannot start', async () => {
    const pod = named({
      image: inventory,
      spec: {
        shareProcessNamespace: true,
        initContainers: [{ name: 'shows', image: CLIENT_IMAGE, command: ['/client', 'env'] }],
      },
    });
    await lab.api.create(pod);
    const failed = await until('the init container fails', 40, async () => {
      const { status } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata.name}`);
      const { terminated } = status.initContainerStatuses?.[0]?.state ?? {};
      return terminated ?? status.initContainerStatuses?.[0]?.lastState.terminated;
    });
    expect(failed.exitCode === 0).toBe(facts.shareProcessNamespace.value);
  });

  test('inPlaceResize: reported, and not done', async () => {
    const memory = (value: string) => ({ requests: { memory: value }, limits: { memory: value } });
    const pod = await running({ image: inventory, container: { resources: memory('64Mi') } });
    await lab.patch(`/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata.name}/resize`, {
      spec: { containers: [{ ...pod.spec.containers[0], resources: memory('96Mi') }] },
    });
    await until('the status shows it', 40, async () => {
      const { status } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/pods/${pod.metadata.name}`);
      return status.containerStatuses[0].resources?.limits.memory === '96Mi' || undefined;
    });
    const limits = await lab
      .node(pod.spec.nodeName)
      .run(
        'sh',
        '-c',
        `find /sys/fs/cgroup -path '*${pod.metadata.uid}*' \\( -name memory.limit_in_bytes -o -name memory.max \\) -mindepth 1 -exec cat {} + `,
      );
    const done = !limits.split('\n').includes(String(64 * 1024 * 1024));
    expect(done).toBe(facts.inPlaceResize.value);
  });

  test('aotCache: the compiled layer is kept with the image', async () => {
    const pod = await running({ image: inventory });
    const content = await lab.node(pod.spec.nodeName).ctr('content', 'ls');
    expect(content.includes('runwasi.io/precompiled')).toBe(facts.aotCache.value);
  });

  test('podNetwork: a Service leads to it', async () => {
    await lab.api.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'inventory', namespace: NAMESPACE },
      spec: { selector: { app: 'inventory' }, ports: [{ port: 80, targetPort: 8080 }] },
    } as Json);
    const pod = wasmPod(NAMESPACE, 'behind-a-service', { image: inventory });
    await lab.api.create({ ...pod, metadata: { ...pod.metadata, labels: { app: 'inventory' } } });
    await lab.running(NAMESPACE, pod.metadata.name);
    const url = `http://inventory.${NAMESPACE}.svc.cluster.local/healthz`;
    const answer = await until('an answer', 30, async () => {
      const log = await lab.client(NAMESPACE, ['get', url]);
      return log.includes(' 200 ') ? log : undefined;
    });
    expect(answer.includes(' 200 ')).toBe(facts.podNetwork.value);
  });

  test('commands: an artifact without one does not start', async () => {
    const pod = named({ image: inventory, container: { command: undefined } });
    await lab.api.create(pod);
    expect(await event(pod, /no command/)).toContain('no command specified');
    expect(facts.commands[ImageFormat.ARTIFACT]).toEqual(['/app.wasm']);
  });
});
