import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { until } from '../../conformance/machine/until';
import { cniRecipe, containerdRecipe, kubeRouterRecipe, kubernetesRecipe, runcRecipe } from '../tools';
import { CONTROL_IP, type ControlPlane, program, REGISTRY, SERVICES } from './control-plane';
import { Namespaces } from './namespaces';

export interface NodeOptions {
  readonly name: string;
  /** Last number of its address, and third of its pods' network. */
  readonly number: number;
  /** Labels it registers with. */
  readonly labels?: Readonly<Record<string, string>>;
  /** `key=value:Effect`. */
  readonly taints?: readonly string[];
  /** Handlers besides runc: the shim's program by the handler's name. */
  readonly handlers?: Readonly<Record<string, { readonly type: string; readonly program: string }>>;
}

/** With runc and its shim on its PATH. */
export function startContainerd(namespaces: Namespaces): void {
  const path = [containerdRecipe, runcRecipe].map((recipe) => program(recipe, '.'));
  const PATH = [...path, process.env.PATH].join(':');
  namespaces.start('containerd', program(containerdRecipe, 'containerd'), [], { PATH });
}

/** containerd, kubelet, kube-proxy and an enforcer of NetworkPolicies in namespaces of their own, in the network of the control plane. */
export class Node {
  public static async start(plane: ControlPlane, scratch: string, options: NodeOptions): Promise<Node> {
    const cgroup = `${basename(dirname(scratch))}/${options.name}`;
    const namespaces = await Namespaces.create(scratch, join(__dirname, 'node.sh'), [cgroup]);
    const node = new Node(plane, namespaces, options, cgroup);
    await node.connect();
    node.configure();
    await node.up();
    return node;
  }

  public readonly ip: string;
  private readonly pods: string;

  private constructor(
    private readonly plane: ControlPlane,
    public readonly namespaces: Namespaces,
    public readonly options: NodeOptions,
    public readonly cgroup: string,
  ) {
    this.ip = `10.250.0.${options.number}`;
    this.pods = `10.244.${options.number}.0/24`;
  }

  /** containerd's own client. */
  public ctr(...parameters: readonly string[]): Promise<string> {
    return this.namespaces.run(program(containerdRecipe, 'ctr'), ['-n', 'k8s.io', ...parameters]);
  }

  public startContainerd(): void {
    startContainerd(this.namespaces);
  }

  /** A cable to the bridge of the control plane, and the ways to everybody's pods. */
  private async connect(): Promise<void> {
    const { number } = this.options;
    const plug = `node${number}`;
    const ip = (...words: string[]) => this.namespaces.inNetwork('ip', ...words);
    const control = (...words: string[]) => this.plane.namespaces.inNetwork('ip', ...words);
    await ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', plug, 'netns', String(this.plane.namespaces.pid));
    await control('link', 'set', plug, 'master', 'br0');
    await control('link', 'set', plug, 'up');
    await ip('addr', 'add', `${this.ip}/24`, 'dev', 'eth0');
    await ip('link', 'set', 'eth0', 'up');
    await ip('route', 'add', 'default', 'via', CONTROL_IP);
    await control('route', 'add', this.pods, 'via', this.ip);
    // Services are the nodes' matter; one of them does for the control plane.
    if (number === 11) await control('route', 'add', SERVICES, 'via', this.ip);
  }

  private configure(): void {
    const { scratch } = this.namespaces;
    const { name, handlers = {} } = this.options;
    const write = (file: string, content: unknown) =>
      writeFileSync(join(scratch, file), typeof content === 'string' ? content : JSON.stringify(content));
    for (const directory of ['etc/upper/containerd', 'cni', 'certs.d/_default']) {
      mkdirSync(join(scratch, directory), { recursive: true });
    }
    const table = (handler: string, type: string, rest: string) =>
      `[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.${handler}]\nruntime_type = "${type}"\n${rest}`;
    const options = (handler: string) =>
      `[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.${handler}.options]\nSystemdCgroup = false\n`;
    write(
      'etc/upper/containerd/config.toml',
      `version = 3
root = "${scratch}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.nri.v1.nri"]
[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["${program(cniRecipe, '.')}"]
conf_dir = "${scratch}/cni"
[plugins."io.containerd.cri.v1.images".registry]
config_path = "${scratch}/certs.d"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "registry.example/pause:1"
${table('runc', 'io.containerd.runc.v2', options('runc'))}
${Object.entries(handlers)
  .map(([handler, { type, program: path }]) => table(handler, type, `runtime_path = "${path}"\n${options(handler)}`))
  .join('\n')}`,
    );
    // Whatever registry a reference names, its bytes come from ours.
    write('certs.d/_default/hosts.toml', `[host."http://${REGISTRY}"]\ncapabilities = ["pull", "resolve"]\n`);
    write('cni/10-e2e.conflist', {
      cniVersion: '1.0.0',
      name: 'e2e',
      plugins: [
        {
          type: 'bridge',
          bridge: 'cni0',
          isGateway: true,
          hairpinMode: true,
          ipam: { type: 'host-local', ranges: [[{ subnet: this.pods }]], routes: [{ dst: '0.0.0.0/0' }] },
        },
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    });
    write('resolv.conf', `nameserver ${CONTROL_IP}\n`);
    write('kubelet.yaml', {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: this.plane.pki.path('ca.crt') },
      },
      authorization: { mode: 'Webhook' },
      cgroupDriver: 'cgroupfs',
      cgroupRoot: `/${this.cgroup}`,
      failCgroupV1: false,
      failSwapOn: false,
      containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
      resolvConf: join(scratch, 'resolv.conf'),
      clusterDomain: 'cluster.local',
      clusterDNS: [CONTROL_IP],
      podLogsDir: join(scratch, 'pods'),
      evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
      imageGCHighThresholdPercent: 100,
      imageGCLowThresholdPercent: 99,
      nodeStatusUpdateFrequency: '2s',
      kubeAPIQPS: 500,
      kubeAPIBurst: 1000,
      serializeImagePulls: false,
      oomScoreAdj: 0,
      registerWithTaints: (this.options.taints ?? []).map((taint) => {
        const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(taint) ?? [];
        return { key, value, effect };
      }),
    });
    write('proxy.yaml', {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      clientConnection: { kubeconfig: this.plane.pki.path('kube-proxy.kubeconfig') },
      hostnameOverride: name,
      mode: 'iptables',
      clusterCIDR: '10.244.0.0/16',
      conntrack: { maxPerCore: 0, min: 0 },
      oomScoreAdj: 0,
    });
  }

  private async up(): Promise<void> {
    const { name, labels = {} } = this.options;
    const { scratch } = this.namespaces;
    this.startContainerd();
    await until(`containerd of ${name} answers`, 60, () => this.ctr('version').catch(() => undefined));
    const kubernetes = program(kubernetesRecipe, 'kubernetes');
    const selection = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    this.namespaces.start('kubelet', kubernetes, [
      'kubelet',
      `--config=${join(scratch, 'kubelet.yaml')}`,
      `--kubeconfig=${this.plane.pki.path(`${name}.kubeconfig`)}`,
      `--hostname-override=${name}`,
      `--node-ip=${this.ip}`,
      ...(selection.length > 0 ? [`--node-labels=${selection.join(',')}`] : []),
    ]);
    this.namespaces.start('kube-proxy', kubernetes, ['kube-proxy', `--config=${join(scratch, 'proxy.yaml')}`]);
    await until(`node ${name} is ready`, 120, async () => {
      const nodes = await this.plane.kubectl('get', 'nodes', '--no-headers').catch(() => '');
      return nodes.split('\n').some((line) => line.startsWith(`${name} `) && / Ready /.test(line)) || undefined;
    });
    // Not before its Node is there: it gives up at once.
    this.namespaces.start('kube-router', program(kubeRouterRecipe, 'kube-router'), [
      '--run-firewall=true',
      ...['run-router', 'run-service-proxy', 'enable-cni'].map((part) => `--${part}=false`),
      `--kubeconfig=${this.plane.pki.path('kube-router.kubeconfig')}`,
      `--hostname-override=${name}`,
      `--service-cluster-ip-range=${SERVICES}`,
      '--health-port=0',
    ]);
  }
}
