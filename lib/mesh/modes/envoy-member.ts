import { createHash } from 'node:crypto';
import type { ServicePort } from 'kubernetes-types/core/v1';
import type { NetworkPolicyIngressRule } from 'kubernetes-types/networking/v1';
import { type Finding, MESH_CONFIGURATION } from '../../diagnostics';
import { Manifest } from '../../manifest';
import type { CallOptions, IServiceMesh } from '../../microservice';
import type { SidecarIntent } from '../../microservice/pod.intent';
import type { MeshMember, MeshMembership } from '../../microservice/service-mesh';
import {
  type AppIntent,
  bootstrap,
  bootstrapProblems,
  type EgressIntent,
  type EnvoyIntent,
  files,
  freeEgressPort,
  intentProblems,
  isTrustDomain,
  MAX_CONNECTION_SECONDS,
} from '../envoy';
import { type Conditions, conditionsOf, TIMEOUT_SECONDS } from './envoy-calls';
import { fixedPorts, neighbourFindings } from './envoy-member.checks';
import { DIRECTORIES, type EnvoySettings, envoySidecar } from './envoy-sidecar';
import type { MeshContext } from './mode';

/** What everything said so far comes to. */
interface Configuration {
  readonly intent: EnvoyIntent;
  readonly problems: readonly string[];
  readonly files: Record<string, string>;
}

/** A workload behind its own Envoy. Callers and calls are collected until synthesis. */
export class EnvoyMember implements MeshMembership {
  public readonly mesh: IServiceMesh;
  private readonly callers: (Conditions & { readonly identity: string })[] = [];
  private readonly egress: EgressIntent[] = [];
  private readonly wrongCalls: Finding[] = [];
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

  public call(callee: MeshMembership, options: CallOptions): string {
    const other = callee as EnvoyMember;
    const { findings, ...conditions } = conditionsOf(options, other.member.scope.node.path);
    this.wrongCalls.push(...findings);
    other.callers.push({ identity: this.context.identity, ...conditions });
    other.made = undefined;
    this.made = undefined;
    const listenPort = freeEgressPort(this.takenPorts);
    const { name, namespace, serving } = other.member;
    this.egress.push({
      name: `${name}-${listenPort}`,
      listenPort,
      host: `${serving?.serviceName ?? name}.${namespace}.svc.${this.context.clusterDomain}`,
      port: this.settings.ports.inbound,
      identity: other.context.identity,
      ...conditions,
    });
    return `http://127.0.0.1:${listenPort}${options.path ?? ''}`;
  }

  public open(): void {
    this.isOpen = true;
    this.made = undefined;
  }

  public sidecar(): SidecarIntent {
    const { credentials } = this.context;
    return envoySidecar(this.settings, this.configuration.intent, { configName: this.configName, credentials });
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
    yield* neighbourFindings(this.member, this.settings);
    yield* this.wrongCalls;
    // Without these there is a finding of its own, and nothing that could be judged further.
    if (this.member.namespace === undefined || !isTrustDomain(this.context.trustDomain)) return;
    const service = this.member.scope.node.path;
    for (const problem of this.configuration.problems) yield MESH_CONFIGURATION.with({ service, problem });
  }

  private get intent(): EnvoyIntent {
    const { identity, trustDomain, credentials } = this.context;
    const { drainSeconds, ports } = this.settings;
    const { certificateFile, keyFile, caFile } = credentials;
    return {
      service: this.member.name,
      identity,
      trustDomain,
      app: this.app,
      egress: this.egress,
      certificates: { directory: DIRECTORIES.certificates, certificateFile, keyFile, caFile },
      configDirectory: DIRECTORIES.config,
      healthPort: ports.health,
      statsPort: ports.stats,
      adminPipe: `${DIRECTORIES.run}/admin.sock`,
      drainPath: `/drain-${shortHash(identity)}`,
      drainSeconds,
      maxConnectionSeconds: MAX_CONNECTION_SECONDS,
    };
  }

  private get app(): AppIntent | undefined {
    const { serving } = this.member;
    if (serving === undefined) return undefined;
    const { guestPort, door, ports } = this.settings;
    const forCallers = longest(this.callers);
    return {
      port: guestPort,
      healthPath: serving.healthPath,
      inbound: { port: ports.inbound, callers: this.callers, timeoutSeconds: forCallers },
      // Nobody outside says how long it waits: as long as anybody inside, and as long as the calls behind an answer.
      edge: this.isOpen ? { port: door, timeoutSeconds: Math.max(forCallers, longest(this.egress)) } : undefined,
    };
  }

  private get takenPorts(): number[] {
    return [
      ...fixedPorts(this.settings, this.member.serving !== undefined).keys(),
      ...this.member.containers.flatMap(({ ports }) => ports.map(({ port }) => port)),
      ...this.egress.map(({ listenPort }) => listenPort),
    ];
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

const longest = (calls: readonly { readonly timeoutSeconds: number }[]): number =>
  Math.max(TIMEOUT_SECONDS, ...calls.map(({ timeoutSeconds }) => timeoutSeconds));

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
