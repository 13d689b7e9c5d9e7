import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type ImageFormat, WasmImage } from '../../lib';
import type { PackedImage } from '../../lib/image/packer/oci';
import { ApiConnection, ApiError } from '../conformance/api/api-connection';
import { type KubernetesApi, kubernetesApi } from '../conformance/api/kubernetes-api';
import { CRD_GROUPS, readCrds } from '../conformance/crds';
import { envoyRecipe } from '../conformance/envoy.recipe';
import { until } from '../conformance/machine/until';
import type { Json } from '../support/programs';
import type { ClusterState, NodeState } from './cluster/cluster';
import { API_URL, program, REGISTRY } from './cluster/control-plane';
import { Registry, rootfsImage, withLibraries } from './cluster/images';
import { Namespaces } from './cluster/namespaces';
import { startContainerd } from './cluster/node';
import { clientRecipe, containerdRecipe } from './tools';

/** Where the tests' own programs are in the registry. */
export const CLIENT_IMAGE = 'registry.example/client:1';

/** The running cluster, as its judges use it. */
export class Lab {
  public static connect(): Lab {
    const file = process.env.CDK8S_WASM_E2E;
    if (file === undefined) throw new Error('there is no cluster: npm run e2e starts one');
    return new Lab(JSON.parse(readFileSync(file, 'utf8')) as ClusterState);
  }

  public readonly api: KubernetesApi;
  public readonly registry = new Registry(REGISTRY);
  private readonly connection: ApiConnection;
  private readonly deployed: Json[] = [];

  private constructor(public readonly state: ClusterState) {
    this.connection = new ApiConnection(API_URL, state.token, readFileSync(state.ca, 'utf8'));
    this.api = kubernetesApi(this.connection);
  }

  public close(): void {
    this.connection.close();
  }

  public get nodes(): readonly LabNode[] {
    return this.state.nodes.map((node) => new LabNode(node));
  }

  public node(name: string): LabNode {
    const found = this.nodes.find((node) => node.state.name === name);
    if (found === undefined) throw new Error(`there is no node ${name}`);
    return found;
  }

  /** Once for a cluster: CRDs, the pause image of every pod, the tests' own client. */
  public async furnish(): Promise<void> {
    const client = rootfsImage({ '/client': program(clientRecipe, 'client') }, ['/client']);
    await this.registry.push('pause', client, '1');
    await this.registry.push('client', client, '1');
    await this.api.installCrds(CRD_GROUPS.flatMap(readCrds));
  }

  /**
   * Lets nodes have an image under a name whose bytes nobody here can fetch: Envoy as Docker Hub has it. The manifest
   * stays as it is; what runs is the Envoy of PyPI.
   */
  public async standIn(reference: string, image: PackedImage = envoyImage()): Promise<void> {
    const repository = `stand-in/${image.digest.slice('sha256:'.length, 19)}`;
    await this.registry.push(repository, image, '1');
    const name = `docker.io/${reference.replace(/^docker\.io\//, '').replace(/:[^/@]+@/, '@')}`;
    for (const node of this.nodes) {
      await node.ctr('images', 'pull', '--plain-http', `${REGISTRY}/${repository}:1`);
      await node.ctr('images', 'tag', '--force', `${REGISTRY}/${repository}:1`, name);
    }
  }

  /** An object's present state, by its kind and name. */
  public async now(object: Json): Promise<Json> {
    return this.api.get(object);
  }

  /** Those of a program's services and workers. */
  public async pushImages(app: App): Promise<void> {
    for (const { image, format } of app.node.findAll().filter(hasImage)) await this.registry.pushWasm(image, format);
  }

  /** Pushes the images of a program and applies its objects in their order. */
  public async deploy(app: App): Promise<Json[]> {
    await this.pushImages(app);
    const objects = app.charts.flatMap((chart: Chart) => chart.toJson()) as Json[];
    for (const object of objects) await this.api.apply(object);
    this.deployed.push(...objects);
    return objects;
  }

  /** Removes what was deployed by this suite, whichever namespace it is in. */
  public async undeploy(): Promise<void> {
    for (const object of this.deployed.splice(0).reverse()) await this.remove(object);
  }

  public async pods(namespace: string, selector: Readonly<Record<string, string>> = {}): Promise<Json[]> {
    const query = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    const { items } = (await this.get(
      `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(query.join(','))}`,
    )) as Json;
    return items.map((pod: Json) => ({ apiVersion: 'v1', kind: 'Pod', ...pod }));
  }

  public async get(path: string): Promise<Json> {
    return (await this.connection.send({ method: 'GET', path })).body;
  }

  public send(...request: Parameters<ApiConnection['send']>): Promise<Json> {
    return this.connection.send(...request);
  }

  public patch(path: string, body: Json): Promise<Json> {
    return this.connection.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  }

  public patchStatus(path: string, body: Json): Promise<Json> {
    return this.patch(`${path}/status`, body);
  }

  /** @returns whether the pod may go; a budget may say: not yet */
  public async evict(namespace: string, name: string): Promise<boolean> {
    try {
      await this.connection.send({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
      });
      return true;
    } catch (error) {
      if (error instanceof ApiError && [404, 429].includes(error.status)) return false;
      throw error;
    }
  }

  /** Waits until a Deployment has all its pods. @throws with the pods' states and events when it takes too long */
  public async rollout(namespace: string, name: string, seconds = 90): Promise<void> {
    try {
      await until(`Deployment ${name} is rolled out`, seconds, async () => {
        const { metadata, spec, status } = await this.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
        const replicas = spec.replicas ?? 1;
        return (
          (status.observedGeneration === metadata.generation &&
            status.updatedReplicas === replicas &&
            status.replicas === replicas &&
            status.availableReplicas === replicas) ||
          undefined
        );
      });
    } catch (error) {
      throw new Error(`${String(error)}\n${await this.describe(namespace)}`);
    }
  }

  /** Waits for a pod's containers to run. @throws with its states and events when it takes too long */
  public async running(namespace: string, name: string, seconds = 60): Promise<Json> {
    try {
      return await until(`pod ${name} runs`, seconds, async () => {
        const pod = await this.get(`/api/v1/namespaces/${namespace}/pods/${name}`);
        const states = pod.status.containerStatuses ?? [];
        return states.length > 0 && states.every((one: Json) => one.state.running !== undefined) ? pod : undefined;
      });
    } catch (error) {
      throw new Error(`${String(error)}\n${await this.describe(namespace)}`);
    }
  }

  /** Runs one pod to its end. @returns its log and exit code */
  public async runToEnd(pod: Json, seconds = 60): Promise<{ readonly log: string; readonly code: number }> {
    await this.api.create(pod);
    return this.end(pod, seconds);
  }

  /** Waits for the end of a pod, and removes it. @returns its log and exit code */
  public async end(pod: Json, seconds: number): Promise<{ readonly log: string; readonly code: number }> {
    const { namespace, name } = pod.metadata;
    try {
      const ended = await until(`pod ${name} ends`, seconds, async () => {
        const { status } = await this.get(`/api/v1/namespaces/${namespace}/pods/${name}`);
        return ['Succeeded', 'Failed'].includes(status.phase) ? status : undefined;
      });
      const [container] = pod.spec.containers;
      const state = ended.containerStatuses?.find((one: Json) => one.name === container.name)?.state.terminated;
      return { log: await this.log(namespace, name, container.name), code: state?.exitCode ?? -1 };
    } catch (error) {
      throw new Error(`${String(error)}\n${await this.describe(namespace)}`);
    } finally {
      await this.remove(pod);
    }
  }

  /** The tests' own client in a pod of an ordinary node. @returns what it printed */
  public async client(namespace: string, args: readonly string[], seconds = 60, labels = {}): Promise<string> {
    return (await this.runToEnd(clientPod(namespace, `client-${counter++}`, args, labels), seconds)).log;
  }

  public async log(namespace: string, pod: string, container: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=${container}`;
    return String((await this.connection.send({ method: 'GET', path })).body ?? '');
  }

  public async remove(object: Json): Promise<void> {
    await this.api.delete(object).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
  }

  /** Begins to remove a namespace; its pods take their time. */
  public removeNamespace(name: string): Promise<void> {
    return this.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  /** Removes what a deployment has outside of namespaces. @returns when its policies do not hold any more, either */
  public async removeClusterWide(objects: readonly Json[]): Promise<void> {
    const clusterWide = objects.filter(({ metadata }) => metadata.namespace === undefined);
    for (const object of clusterWide) await this.remove(object);
    if (!clusterWide.some(({ kind }) => kind === 'ValidatingAdmissionPolicy')) return;
    const unknown = {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'unknown' },
      handler: 'none',
    };
    await until('the API server has forgotten the policies', 60, async () =>
      this.api.create(unknown as Json, { dryRun: true }).then(
        () => true,
        (error: unknown) => (String(error).includes('ValidatingAdmissionPolicy') ? undefined : true),
      ),
    );
  }

  /** Waits until nothing is left of a namespace, for whoever needs its name or its place on the nodes. */
  public async namespaceGone(name: string): Promise<void> {
    await until(`namespace ${name} is gone`, 120, async () =>
      this.get(`/api/v1/namespaces/${name}`).then(
        () => undefined,
        () => true,
      ),
    );
  }

  /** Processes in the cgroups of a pod, as its node sees them. */
  public async processesOf({ metadata, spec }: Json): Promise<LabProcess[]> {
    const script = `for p in /proc/[0-9]*; do if grep -qs '${metadata.uid}' $p/cgroup; then echo "=$p"; cat $p/status; fi; done`;
    const out = await this.node(spec.nodeName).run('sh', '-c', script);
    return out
      .split('=/proc/')
      .slice(1)
      .map((one) => {
        const status = (field: string) => new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(one)?.[1] ?? '';
        return { id: one.split('\n')[0] ?? '', name: status('Name'), status };
      });
  }

  /** Why pods of a namespace are not what they should be. */
  public async describe(namespace: string): Promise<string> {
    const pods = (await this.pods(namespace)).map(({ metadata, spec, status }) => {
      const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
      const states = containers.map((one: Json) => `${one.name} ready=${one.ready} ${JSON.stringify(one.state)}`);
      return `${metadata.name} on ${spec.nodeName}: ${status.phase}\n    ${states.join('\n    ')}`;
    });
    const { items } = await this.get(`/api/v1/namespaces/${namespace}/events`);
    const events = items.slice(-15).map((one: Json) => `${one.involvedObject.name} ${one.reason}: ${one.message}`);
    return [...pods, ...events].join('\n');
  }
}

export interface LabProcess {
  /** Among the processes of its node. */
  readonly id: string;
  readonly name: string;
  /** A field of its /proc/ID/status. */
  status(field: string): string;
}

let counter = 0;

const envoyImage = (): PackedImage =>
  rootfsImage(withLibraries(program(envoyRecipe, 'envoy'), '/usr/local/bin/envoy'), ['/usr/local/bin/envoy']);

export const clientPod = (namespace: string, name: string, args: readonly string[], labels = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'client',
        image: CLIENT_IMAGE,
        args: [...args],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});

const hasImage = (
  child: IConstruct,
): child is IConstruct & { readonly image: WasmImage; readonly format: ImageFormat } =>
  'image' in child && child.image instanceof WasmImage && 'format' in child && child.format !== undefined;

/** A node from the inside. */
export class LabNode {
  private readonly namespaces: Namespaces;

  public constructor(public readonly state: NodeState) {
    this.namespaces = new Namespaces(state.pid, state.scratch);
  }

  public ctr(...parameters: readonly string[]): Promise<string> {
    return this.namespaces.run(program(containerdRecipe, 'ctr'), ['-n', 'k8s.io', ...parameters]);
  }

  /** Runs a program among the node's processes, mounts and addresses. */
  public run(command: string, ...parameters: readonly string[]): Promise<string> {
    return this.namespaces.run(command, parameters);
  }

  /** As systemd would do it: only the daemon ends, what it has started lives on. */
  public async restartContainerd(): Promise<void> {
    const daemon = ['-xf', program(containerdRecipe, 'containerd')]; // without a word more: others only read its configuration
    await this.run('pkill', ...daemon);
    await until('containerd has ended', 20, () =>
      this.run('pgrep', ...daemon).then(
        () => undefined,
        () => true,
      ),
    );
    startContainerd(this.namespaces);
    await until('containerd answers', 30, () => this.ctr('version').catch(() => undefined));
  }

  /** A path of the node, as this process reaches it. */
  public path(path: string): string {
    return `/proc/${this.state.pid}/root${path}`;
  }

  /** What a program of the node has said so far: `containerd`, `kubelet`. */
  public logOf(name: string): string {
    return readFileSync(join(this.state.scratch, `${name}.log`), 'utf8');
  }
}
