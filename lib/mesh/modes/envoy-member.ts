import { createHash } from 'node:crypto';
import type { ServicePort } from 'kubernetes-types/core/v1';
import type { NetworkPolicyIngressRule } from 'kubernetes-types/networking/v1';
import { CALL_METHOD, type Finding, MESH_CONFIGURATION, MESH_PORT_CLASH, PROXY_IMAGE } from '../../diagnostics';
import { Manifest } from '../../manifest';
import type { CallOptions, IServiceMesh } from '../../microservice';
import type { SidecarIntent } from '../../microservice/pod.intent';
import type { MeshMember, MeshMembership } from '../../microservice/service-mesh';
import { isPinned } from '../../microservice/sidecar.checks';
import {
  bootstrap,
  bootstrapProblems,
  type Caller,
  type EgressIntent,
  type EnvoyIntent,
  FIRST_EGRESS_PORT,
  files,
  intentProblems,
  MAX_CONNECTION_SECONDS,
} from '../envoy';
import { METRICS_PORT_NAME } from '../pod-monitor.render';
import { CONFIG_DIRECTORY, type EnvoySettings, envoySidecar } from './envoy-sidecar';
import type { MeshContext } from './mode';

/** For one request, where nobody said otherwise. */
const TIMEOUT_SECONDS = 15;

interface DeclaredCaller {
  readonly identity: string;
  readonly methods: readonly string[] | undefined;
  readonly timeoutSeconds: number;
}

/** What everything said so far comes to. */
interface Configuration {
  readonly intent: EnvoyIntent;
  readonly problems: readonly string[];
  readonly files: Record<string, string>;
}

/** A service behind its own Envoy. Callers and calls are collected until synthesis. */
export class EnvoyMember implements MeshMembership {
  public readonly mesh: IServiceMesh;
  private readonly callers: DeclaredCaller[] = [];
  private readonly egress: EgressIntent[] = [];
  private isOpen = false;
  private made: Configuration | undefined;

  public constructor(
    private readonly context: MeshContext,
    private readonly member: MeshMember,
    private readonly settings: EnvoySettings,
  ) {
    this.mesh = context.mesh;
    const { scope, labels } = member;
    const config = new Manifest(scope, 'EnvoyConfig', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: `${member.name}-envoy`,
      labels: { ...labels },
      // Immutable and named by content: a change is a rollout, and the kubelet has nothing to watch.
      content: { render: () => ({ immutable: true, data: this.configuration.files }) },
    });
    config._nameLate(() => this.configName);
  }

  public call(callee: MeshMembership, { methods, timeout, path = '' }: CallOptions): string {
    const other = callee as EnvoyMember;
    const timeoutSeconds = timeout?.toSeconds() ?? TIMEOUT_SECONDS;
    other.callers.push({ identity: this.context.identity, methods, timeoutSeconds });
    other.made = undefined;
    this.made = undefined;
    const listenPort = FIRST_EGRESS_PORT + this.egress.length;
    const { name, serviceName, namespace } = other.member;
    this.egress.push({
      name: `${name}-${listenPort}`,
      listenPort,
      host: `${serviceName}.${namespace}.svc.${this.context.clusterDomain}`,
      port: this.settings.ports.inbound,
      identity: other.context.identity,
      timeoutSeconds,
      methods,
    });
    return `http://127.0.0.1:${listenPort}${path}`;
  }

  public open(): void {
    this.isOpen = true;
    this.made = undefined;
  }

  public sidecar(): SidecarIntent {
    const { credentials } = this.context;
    return envoySidecar(this.settings, this.configuration.intent, {
      configName: this.configName,
      credentials,
      isOpen: this.isOpen,
    });
  }

  /** By number: older clusters find no named port in a native sidecar. */
  public servicePorts(servicePort: number): ServicePort[] {
    const { ports, door } = this.settings;
    const mesh: ServicePort = { name: 'mesh', port: ports.inbound, targetPort: ports.inbound, protocol: 'TCP' };
    if (!this.isOpen) return [mesh];
    return [{ name: 'http', port: servicePort, targetPort: door, protocol: 'TCP', appProtocol: 'http' }, mesh];
  }

  /** Metrics may be asked for from anywhere in the cluster: they tell numbers, nothing else answers there. */
  public ingress(): NetworkPolicyIngressRule[] {
    return [{ from: [{ namespaceSelector: {} }], ports: [{ port: this.settings.ports.stats, protocol: 'TCP' }] }];
  }

  public *findings(): Generator<Finding> {
    const service = this.member.scope.node.path;
    const { image, ports, door } = this.settings;
    if (!isPinned(image)) yield PROXY_IMAGE.with({ image });
    const uses = new Map([
      [ports.inbound, 'where members of the mesh come in'],
      [ports.health, 'where the mesh is asked for its health'],
      [ports.stats, METRICS_PORT_NAME],
      [door, 'kept for callers outside the mesh'],
    ]);
    for (const port of this.member.takenPorts) {
      const use = uses.get(port);
      if (use !== undefined) yield MESH_PORT_CLASH.with({ service, port, use });
    }
    for (const { name, methods = [] } of this.egress) {
      for (const method of methods.filter((one) => !/^[A-Z]+$/.test(one)))
        yield CALL_METHOD.with({ callee: name, method });
    }
    // Without a namespace there is a finding of its own, and nothing that could be judged further.
    if (this.member.namespace === undefined) return;
    for (const problem of this.configuration.problems) {
      yield MESH_CONFIGURATION.with({ service, problem });
    }
  }

  private get intent(): EnvoyIntent {
    const { identity, trustDomain, credentials } = this.context;
    const { guestPort, door, drainSeconds, ports } = this.settings;
    const timeoutSeconds = Math.max(TIMEOUT_SECONDS, ...this.callers.map((caller) => caller.timeoutSeconds));
    const { certificateFile, keyFile, caFile } = credentials;
    return {
      service: this.member.name,
      identity,
      trustDomain,
      app: {
        port: guestPort,
        inbound: { port: ports.inbound, callers: this.admitted, timeoutSeconds },
        edge: this.isOpen ? { port: door, timeoutSeconds } : undefined,
      },
      egress: this.egress,
      certificates: { directory: '/etc/envoy-certs', certificateFile, keyFile, caFile },
      configDirectory: CONFIG_DIRECTORY,
      healthPort: ports.health,
      statsPort: ports.stats,
      adminPipe: '/run/envoy/admin.sock',
      drainPath: `/drain-${shortHash(identity)}`,
      drainSeconds,
      maxConnectionSeconds: MAX_CONNECTION_SECONDS,
    };
  }

  /** One entry a caller: a call without methods admits them all. */
  private get admitted(): Caller[] {
    const byIdentity = new Map<string, DeclaredCaller[]>();
    for (const caller of this.callers) {
      byIdentity.set(caller.identity, [...(byIdentity.get(caller.identity) ?? []), caller]);
    }
    return [...byIdentity].map(([identity, calls]) => {
      const isFree = calls.some(({ methods }) => methods === undefined);
      return isFree ? { identity } : { identity, methods: [...new Set(calls.flatMap(({ methods = [] }) => methods))] };
    });
  }

  /** Asked for by four objects, and by every validation, of which stock cdk8s makes one a chart: made once a change. */
  private get configuration(): Configuration {
    if (this.made === undefined) {
      const { intent } = this;
      const problems = [...intentProblems(intent), ...bootstrapProblems(bootstrap(intent))];
      this.made = { intent, problems, files: files(intent) };
    }
    return this.made;
  }

  private get configName(): string {
    return `${this.member.name}-envoy-${shortHash(JSON.stringify(this.configuration.files))}`;
  }
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
