import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { ServicePort } from 'kubernetes-types/core/v1';
import { judge, judgeNow } from '../diagnostics';
import type { WasmImage } from '../image';
import type { IWasmNodePool } from '../node-pool';
import type { ImageFormat } from '../runtime';
import type { AutoscalingIntent } from './autoscaling';
import type { CallOptions } from './call.options';
import { type Call, type Callee, plainUrl, urlVariable } from './calls';
import { memberOf } from './mesh-member';
import { listeningFindings, meshFindings, replicaFindings, scalingFindings } from './microservice.checks';
import { NetworkIsolation, type WasmMicroserviceProps } from './microservice.props';
import {
  type Listening,
  resolveContainer,
  resolveListening,
  resolveScaling,
  STOP_SECONDS,
} from './microservice.resolve';
import { peersOf } from './network-policy';
import { matchOf, type PodRole } from './pod.resolve';
import { autoscaler, deployment, disruptionBudget, plainPort, service, topologySpread } from './service.render';
import type { MeshMembership } from './service-mesh';
import { ServiceNetwork } from './service-network';
import { type IWasmWorkload, Workload } from './workload';

/**
 * A WebAssembly service: Deployment, Service and ServiceAccount; with more than one pod a PodDisruptionBudget and
 * topology spread; an autoscaler and a network policy where something asks for them.
 */
export class WasmMicroservice
  extends Construct
  implements IWasmWorkload, kplus.IPodSelector, kplus.INetworkPolicyPeer, kplus.IScalable
{
  public readonly name: string;
  public readonly pool: IWasmNodePool;
  public readonly image: WasmImage;
  public readonly format?: ImageFormat;
  /** Name of its Service; the name in DNS. */
  public readonly serviceName: string;
  /** Port of its Service. */
  public readonly servicePort: number;
  /** Port the guest listens on; undefined where it does not. */
  public readonly port?: number;
  /** Set by a cdk8s-plus HorizontalPodAutoscaler that targets it, or by `autoscaling`. */
  public hasAutoscaler: boolean;

  private readonly called: WasmMicroservice[] = [];
  private readonly workload: Workload;
  private readonly network: ServiceNetwork;
  private readonly listening: Listening;
  private readonly scaling: AutoscalingIntent | undefined;
  private readonly membership: MeshMembership | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: WasmMicroserviceProps,
  ) {
    super(scope, id);
    const match = matchOf(props);
    this.listening = resolveListening(props, match);
    this.scaling = resolveScaling(props);
    this.hasAutoscaler = this.scaling !== undefined;
    this.port = this.listening.port;
    this.servicePort = props.servicePort ?? 80;

    const kind = { apiVersion: 'apps/v1', kind: 'Deployment', content: () => this.deployment() };
    const container = resolveContainer(props, match, this.listening);
    const terms = props.mesh?._terms;
    const stopSeconds = terms?.stopSeconds ?? STOP_SECONDS;
    const role: PodRole = { component: 'service', container, stopSeconds, labels: terms?.podLabels };
    this.workload = new Workload(this, props, kind, role, match);
    this.name = this.workload.name;
    this.pool = props.pool;
    this.image = props.image;
    this.format = match.format;
    const { variable } = this.listening;
    if (variable !== undefined) this.workload.environment.addText(variable.name, variable.value, '`port`');
    this.serviceName = this.emitObjects();

    this.membership = props.mesh?._join(memberOf(this, this.serviceName, this.workload, props, match));

    const door = terms?.door ?? this.port;
    this.network = new ServiceNetwork(this._callee(), door, props.isolation ?? NetworkIsolation.DECLARED);
    this.isolate();
    const { pod } = this.workload;
    judgeNow(this, [
      ...listeningFindings(pod, props, this.listening),
      ...meshFindings(props),
      ...scalingFindings(pod, props, this.scaling),
    ]);
    judge(this, () => this.findings());
  }

  /**
   * Declares that this service calls another: its environment gets the URL, and the network policies of both sides
   * admit the call.
   * @param callee a service of this program, in this chart or another
   */
  public calls(callee: WasmMicroservice, options: CallOptions = {}): void {
    const call = { callee: callee._callee(), options };
    const variable = options.variable ?? urlVariable(callee.name);
    this.workload.environment.addText(variable, this.urlOf(call), `calls(${callee.node.path})`);
    this.network.call(call);
    if (!this.called.includes(callee)) this.called.push(callee);
    this.isolate();
    callee.network.calledBy(this._callee());
    callee.isolate();
  }

  /** The services it calls, in the order of declaration. */
  public get callees(): WasmMicroservice[] {
    return [...this.called];
  }

  /** Admits others to its port: an ingress controller, a gateway, a Prometheus. The rest stays outside. */
  public allowIngressFrom(peer: kplus.INetworkPolicyPeer): void {
    this.network.admit(peersOf(peer));
    this.membership?.open();
    this.isolate();
  }

  /** Lets it reach something that is no service of this program. The rest becomes unreachable. @param port TCP; all ports without one */
  public allowEgressTo(peer: kplus.INetworkPolicyPeer, port?: number): void {
    this.network.allow(peersOf(peer), port);
    this.isolate();
  }

  /**
   * A back end for a cdk8s-plus Ingress. Where the service has callers, admit the ingress controller with
   * allowIngressFrom().
   */
  public toIngressBackend(): kplus.IngressBackend {
    this.network.behindIngress = true;
    this.membership?.open();
    // fromService reads name and ports of the Service and nothing else; ours is no cdk8s-plus object.
    const facade = { name: this.serviceName, ports: [{ port: this.servicePort }] };
    return kplus.IngressBackend.fromService(facade as unknown as kplus.Service);
  }

  public toPodSelectorConfig(): kplus.PodSelectorConfig {
    const { selector, namespace } = this.workload;
    return {
      labelSelector: kplus.LabelSelector.of({ labels: { ...selector } }),
      namespaces: namespace === undefined ? undefined : { names: [namespace] },
    };
  }

  public toNetworkPolicyPeerConfig(): kplus.NetworkPolicyPeerConfig {
    return { podSelector: this.toPodSelectorConfig() };
  }

  public toPodSelector(): kplus.IPodSelector | undefined {
    return this;
  }

  public markHasAutoscaler(): void {
    this.hasAutoscaler = true;
  }

  public toScalingTarget(): kplus.ScalingTarget {
    const resources = { cpu: { request: this.props.cpuRequest ?? kplus.Cpu.millis(50) } };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: this.name,
      containers: [new kplus.Container({ name: this.name, image: this.props.image.source, resources })],
      replicas: this.props.replicas,
    };
  }

  /** @internal */
  public _callee(): Callee {
    const { selector, namespace } = this.workload;
    const { serviceName, servicePort, membership } = this;
    const port = this.props.mesh?._terms.port ?? this.port;
    return {
      path: this.node.path,
      isKnown: this.image.payload !== undefined,
      serviceName,
      servicePort,
      endpoint: { selector, namespace, port },
      membership,
    };
  }

  /** Emits what stands from the beginning and returns the name of the Service. */
  private emitObjects(): string {
    const { workload, scaling } = this;
    if (this.leastReplicas >= 2)
      workload.emit('policy/v1', 'PodDisruptionBudget', () => disruptionBudget(workload.selector));
    if (scaling !== undefined)
      workload.emit('autoscaling/v2', 'HorizontalPodAutoscaler', () => autoscaler(this.name, scaling));
    if (this.port === undefined) return this.name;
    return workload.emit(
      'v1',
      'Service',
      () => service(workload.selector, this.servicePorts),
      this.props.serviceAnnotations,
    ).name;
  }

  /** Emits the network policy once it has something to say. */
  private isolate(): void {
    if (!this.network.isIsolated || this.node.tryFindChild('NetworkPolicy') !== undefined) return;
    this.workload.emit('networking.k8s.io/v1', 'NetworkPolicy', () => this.network.render());
  }

  private deployment() {
    const { selector } = this.workload;
    const spread = this.leastReplicas >= 2 ? topologySpread(selector) : undefined;
    const replicas = this.hasAutoscaler ? undefined : this.replicas;
    const sidecars = this.membership === undefined ? [] : [this.membership.sidecar()];
    return deployment(selector, replicas, this.workload.template({ topologySpreadConstraints: spread, sidecars }));
  }

  private get servicePorts(): ServicePort[] {
    return this.membership?.servicePorts(this.servicePort) ?? [plainPort(this.servicePort)];
  }

  /** In a mesh the guest talks to its own sidecar, which knows the way. */
  private urlOf(call: Call): string {
    const { membership } = call.callee;
    const isShared = membership !== undefined && membership.mesh === this.membership?.mesh;
    return isShared && this.membership !== undefined
      ? this.membership.call(membership, call.options)
      : plainUrl(call, this.workload.namespace);
  }

  private get replicas(): number {
    return this.props.replicas ?? 2;
  }

  private get leastReplicas(): number {
    return this.scaling?.minReplicas ?? this.replicas;
  }

  private *findings() {
    yield* replicaFindings(this.props.replicas, this.hasAutoscaler);
    yield* this.network.findings();
    if (this.membership !== undefined) yield* this.membership.findings();
  }
}
