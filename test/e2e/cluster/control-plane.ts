import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiConnection } from '../../conformance/api/api-connection';
import { certManagerRecipe } from '../../conformance/cert-manager.recipe';
import { goModuleDir } from '../../conformance/go';
import { requiredVersion } from '../../conformance/go-recipe';
import { until } from '../../conformance/machine/until';
import { cachedTool, type ToolRecipe } from '../../conformance/tool-cache';
import { corednsRecipe, kubernetesRecipe, metricsServerRecipe, registryRecipe } from '../tools';
import { Namespaces } from './namespaces';
import { Pki } from './pki';

export const CONTROL_IP = '10.250.0.1';
export const API_URL = `https://${CONTROL_IP}:6443`;
/** Where metrics-server answers. */
export const METRICS_PORT = 4443;
export const REGISTRY = `${CONTROL_IP}:5000`;
export const SERVICES = '10.96.0.0/16';

/** A program of the cache. @throws when it is not there */
export function program(recipe: ToolRecipe, file: string): string {
  const tool = cachedTool(recipe);
  if (tool === undefined) throw new Error(`${recipe.name} is not in the cache: run build.ts`);
  return join(tool, file);
}

/** As go.sum has it. */
const KWOK_SUM = 'h1:OTIOTwgROqPMovcTwxICx2eYQ4AwLpSx5EpjbDKF4SQ=';
const KWOK = {
  module: 'sigs.k8s.io/kwok',
  version: requiredVersion(join(__dirname, 'kubernetes'), 'sigs.k8s.io/kwok'),
};

/** What its nodes and pods do, as kwok's own module has it. */
async function kwokStages(): Promise<string[]> {
  const directory = await goModuleDir(KWOK.module, KWOK.version, KWOK_SUM);
  return ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'].flatMap((kind) => {
    const folder = join(directory, 'kustomize', 'stage', kind);
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
      .map((file) => join(folder, file));
  });
}

/** etcd, the API server, both controllers, CoreDNS, a registry and cert-manager, on an address of their own. */
export class ControlPlane {
  public static async start(scratch: string): Promise<ControlPlane> {
    const namespaces = await Namespaces.create(scratch, join(__dirname, 'control.sh'), []);
    const plane = new ControlPlane(namespaces, new Pki(join(scratch, 'pki'), API_URL));
    await plane.up();
    return plane;
  }

  public readonly admin: { readonly token: string; readonly kubeconfig: string };
  private readonly kubernetes = program(kubernetesRecipe, 'kubernetes');

  private constructor(
    public readonly namespaces: Namespaces,
    public readonly pki: Pki,
  ) {
    this.admin = pki.user('admin', 'admin', 'system:masters');
  }

  private async up(): Promise<void> {
    const { pki, namespaces } = this;
    pki.certificate('apiserver', '/CN=kube-apiserver', [
      `subjectAltName=DNS:kubernetes.default.svc,IP:127.0.0.1,IP:${CONTROL_IP},IP:10.96.0.1`,
      'extendedKeyUsage=serverAuth',
    ]);
    pki.certificate('front-proxy', '/CN=front-proxy', ['extendedKeyUsage=clientAuth']);
    pki.certificate('kubelet-client', '/O=system:masters/CN=kubelet-client', ['extendedKeyUsage=clientAuth']);
    const users = Object.fromEntries(
      ['kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map((name) => [
        name,
        pki.user(name, `system:${name}`),
      ]),
    );
    pki.user('dns', 'coredns', 'system:masters');
    pki.user('kube-router', 'kube-router', 'system:masters');
    for (const node of ['wasm-1', 'wasm-2', 'linux-1']) pki.user(node, `system:node:${node}`, 'system:nodes');

    this.run('etcd', [
      `--data-dir=${join(namespaces.scratch, 'etcd')}`,
      '--unsafe-no-fsync',
      ...['listen-client', 'advertise-client'].map((flag) => `--${flag}-urls=http://127.0.0.1:2379`),
      ...['listen-peer', 'initial-advertise-peer'].map((flag) => `--${flag}-urls=http://127.0.0.1:2380`),
      '--initial-cluster=default=http://127.0.0.1:2380',
    ]);
    this.run('kube-apiserver', [
      '--etcd-servers=http://127.0.0.1:2379',
      '--bind-address=0.0.0.0',
      '--secure-port=6443',
      `--advertise-address=${CONTROL_IP}`,
      `--tls-cert-file=${pki.path('apiserver.crt')}`,
      `--tls-private-key-file=${pki.path('apiserver.key')}`,
      `--client-ca-file=${pki.path('ca.crt')}`,
      `--kubelet-client-certificate=${pki.path('kubelet-client.crt')}`,
      `--kubelet-client-key=${pki.path('kubelet-client.key')}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--token-auth-file=${pki.path('tokens.csv')}`,
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${pki.path('sa.pub')}`,
      `--service-account-signing-key-file=${pki.path('sa.key')}`,
      `--service-cluster-ip-range=${SERVICES}`,
      '--allow-privileged=true',
      // For the API of metrics, which another program serves.
      '--enable-aggregator-routing=true',
      `--proxy-client-cert-file=${pki.path('front-proxy.crt')}`,
      `--proxy-client-key-file=${pki.path('front-proxy.key')}`,
      `--requestheader-client-ca-file=${pki.path('ca.crt')}`,
      '--requestheader-allowed-names=front-proxy',
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    ]);
    this.registry();
    await this.answers(`${API_URL}/readyz`);
    // Only now: before the API server has its roles the controller manager gives up at once.
    const clients = (name: string) =>
      ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
        (flag) => `--${flag}=${String(users[name]?.kubeconfig)}`,
      );
    const common = ['--bind-address=127.0.0.1', '--leader-elect=false', '--kube-api-qps=1000', '--kube-api-burst=2000'];
    this.run('kube-controller-manager', [
      ...clients('kube-controller-manager'),
      ...common,
      '--use-service-account-credentials=true',
      // An autoscaler that decides in seconds: its defaults are made for days.
      '--horizontal-pod-autoscaler-sync-period=5s',
      '--horizontal-pod-autoscaler-cpu-initialization-period=10s',
      '--horizontal-pod-autoscaler-initial-readiness-delay=5s',
      `--service-account-private-key-file=${pki.path('sa.key')}`,
      `--root-ca-file=${pki.path('ca.crt')}`,
    ]);
    this.run('kube-scheduler', [...clients('kube-scheduler'), ...common]);
    this.dns();
    await until('the default ServiceAccount', 120, async () => {
      const path = '/api/v1/namespaces/default/serviceaccounts/default';
      return this.kubectl('get', '--raw', path).catch(() => undefined);
    });
  }

  public kubectl(...parameters: readonly string[]): Promise<string> {
    return this.namespaces.run(this.kubernetes, ['kubectl', `--kubeconfig=${this.admin.kubeconfig}`, ...parameters]);
  }

  /** For a process in the control plane's network. */
  public connection(): ApiConnection {
    return new ApiConnection(API_URL, this.admin.token, this.pki.ca);
  }

  /** Needs its CRDs. */
  public startCertManager(): void {
    const flags = ['controller', `--kubeconfig=${this.admin.kubeconfig}`];
    // Its standard input ends at once otherwise, and with it the program.
    this.namespaces.start('cert-manager', 'sh', [
      '-c',
      'sleep infinity | exec "$@"',
      'sh',
      program(certManagerRecipe, 'cert-manager'),
      ...flags,
    ]);
  }

  /** Serves what kubelets measure; its objects are the suite's that needs them. */
  public startMetricsServer(): void {
    const kubeconfig = this.admin.kubeconfig;
    this.namespaces.start('metrics-server', program(metricsServerRecipe, 'metrics-server'), [
      ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
        (flag) => `--${flag}=${kubeconfig}`,
      ),
      `--secure-port=${METRICS_PORT}`,
      `--cert-dir=${join(this.namespaces.scratch, 'metrics-server')}`,
      '--kubelet-insecure-tls',
      '--kubelet-preferred-address-types=InternalIP',
      '--metric-resolution=10s',
      '--kubelet-request-timeout=5s',
    ]);
  }

  public run(part: string, flags: readonly string[]): void {
    this.namespaces.start(part, this.kubernetes, [part, ...flags]);
  }

  /** Plays the kubelet of Nodes with the annotation `kwok.x-k8s.io/node: fake`, and their pods. */
  public async startKwok(): Promise<void> {
    const stages = (await kwokStages()).map((stage) => readFileSync(stage, 'utf8')).join('\n---\n');
    const file = join(this.namespaces.scratch, 'kwok.yaml');
    writeFileSync(file, stages);
    this.run('kwok', [
      `--kubeconfig=${this.admin.kubeconfig}`,
      `--config=${file}`,
      '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
      '--node-ip=10.250.0.254',
      '--cidr=10.200.0.0/16',
      '--node-lease-duration-seconds=40',
    ]);
  }

  private registry(): void {
    const config = join(this.namespaces.scratch, 'registry.yaml');
    const storage = { filesystem: { rootdirectory: join(this.namespaces.scratch, 'registry') } };
    const settings = { version: 0.1, log: { level: 'warn' }, storage, http: { addr: REGISTRY } };
    writeFileSync(config, JSON.stringify(settings));
    this.namespaces.start('registry', program(registryRecipe, 'registry'), ['serve', config], {
      OTEL_TRACES_EXPORTER: 'none',
    });
  }

  private dns(): void {
    const file = join(this.namespaces.scratch, 'Corefile');
    writeFileSync(
      file,
      `. {
        bind ${CONTROL_IP}
        errors
        kubernetes cluster.local {
          kubeconfig ${this.pki.path('dns.kubeconfig')}
          ttl 5
        }
      }\n`,
    );
    this.namespaces.start('coredns', program(corednsRecipe, 'coredns'), ['-conf', file, '-dns.port=53']);
  }

  private async answers(url: string): Promise<void> {
    await until(`${url} answers`, 180, async () => {
      const body = await this.namespaces.inNetwork('curl', '-sk', '-m', '2', url).catch(() => '');
      return body === 'ok' || undefined;
    });
  }
}
