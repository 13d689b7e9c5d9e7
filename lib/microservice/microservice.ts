import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { ServicePort } from 'kubernetes-types/core/v1';
import { judge, judgeNow } from '../diagnostics';
import type { WasmImage } from '../image';
import type { IWasmNodePool } from '../node-pool';
import type { ImageFormat } from '../runtime';
import type { AutoscalingIntent } from './autoscaling';
import type { CallOptions } from './call.options';
import type { Callee } from './calls';
import { listeningFindings, meshFindings, replicaFindings, scalingFindings } from './microservice.checks';
import type { WasmMicroserviceProps } from './microservice.props';
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
import { type IWasmWorkload, Workload } from './workload';
import { WorkloadNetwork } from './workload-network';

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

  /** @internal */
  public readonly _network: WorkloadNetwork<Callee>;

  private readonly called: WasmMicroservice[] = [];
  private readonly workload: Workload;
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
    const role: PodRole = { component: 'service', container, stopSeconds: terms?.stopSeconds ?? STOP_SECONDS };
    this.workload = new Workload(this, props, kind, role, match);
    this.name = this.workload.name;
    this.pool = props.pool;
    this.image = props.image;
    this.format = match.format;
    const { variable } = this.listening;
    if (variable !== undefined) this.workload.environment.addText(variable.name, variable.value, '`port`');
    this.serviceName = this.emitObjects();

    this.membership = this.workload.join({
      serviceName: this.serviceName,
      // About a guest that this runtime cannot run, or that nobody could read, its image says what is wrong.
      movable: match.guest === undefined || match.guest.http !== undefined,
      healthPath: props.healthPath,
    });
    this._network = new WorkloadNetwork(this.workload, this.callee(), terms?.door ?? this.port);
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
    this._network.call(callee._network, options);
    if (!this.called.includes(callee)) this.called.push(callee);
  }

  /** The services it calls, in the order of declaration. */
  public get callees(): WasmMicroservice[] {
    return [...this.called];
  }

  /** Admits others to its port: an ingress controller, a gateway, a Prometheus. The rest stays outside. */
  public allowIngressFrom(peer: kplus.INetworkPolicyPeer): void {
    this._network.admit(peersOf(peer));
    this.membership?.open();
  }

  /** Lets it reach something that is no service of this program. The rest becomes unreachable. @param port TCP; all ports without one */
  public allowEgressTo(peer: kplus.INetworkPolicyPeer, port?: number): void {
    this._network.allow(peersOf(peer), port);
  }

  /**
   * A back end for a cdk8s-plus Ingress. Where the service has callers, admit the ingress controller with
   * allowIngressFrom().
   */
  public toIngressBackend(): kplus.IngressBackend {
    this._network.behindIngress = true;
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

  private callee(): Callee {
    const { name, serviceName, servicePort, membership } = this;
    const { selector, namespace } = this.workload;
    const port = this.props.mesh?._terms.port ?? this.port;
    return {
      ...{ name, serviceName, servicePort, membership },
      path: this.node.path,
      isKnown: this.image.payload !== undefined,
      endpoint: { selector, namespace, port },
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

  private deployment() {
    const { selector } = this.workload;
    const spread = this.leastReplicas >= 2 ? topologySpread(selector) : undefined;
    const replicas = this.hasAutoscaler ? undefined : this.replicas;
    return deployment(selector, replicas, this.workload.template({ topologySpreadConstraints: spread }));
  }

  private get servicePorts(): ServicePort[] {
    return this.membership?.servicePorts(this.servicePort) ?? [plainPort(this.servicePort)];
  }

  private get replicas(): number {
    return this.props.replicas ?? 2;
  }

  private get leastReplicas(): number {
    return this.scaling?.minReplicas ?? this.replicas;
  }

  private *findings() {
    yield* replicaFindings(this.props.replicas, this.hasAutoscaler);
    yield* this._network.findings();
  }
}
