import type { INetworkPolicyPeer } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import { judge, judgeNow } from '../diagnostics';
import type { WasmImage } from '../image';
import type { Labels } from '../manifest/labels';
import type { IWasmNodePool } from '../node-pool';
import type { ImageFormat } from '../runtime';
import type { CallOptions } from './call.options';
import { jobFindings } from './job.checks';
import type { WasmJobProps } from './job.props';
import type { WasmMicroservice } from './microservice';
import { peersOf } from './network-policy';
import { matchOf, type PodRole } from './pod.resolve';
import { type IWasmWorkload, Workload } from './workload';
import { WorkloadNetwork } from './workload-network';

/** A module under the engine ignores SIGTERM: waiting longer would only delay the kill. */
const ROLE: PodRole = { component: 'worker', container: { ports: [] }, stopSeconds: 5 };

/** The object that starts the guest. */
interface WorkerKind {
  readonly kind: 'Job' | 'CronJob';
  readonly spec: (template: PodTemplateSpec, labels: Labels) => unknown;
}

/**
 * What WasmJob and WasmCronJob have in common: a guest that runs, calls others perhaps, and ends.
 * @internal
 */
export abstract class Worker extends Construct implements IWasmWorkload {
  public readonly name: string;
  public readonly pool: IWasmNodePool;
  public readonly image: WasmImage;
  public readonly format?: ImageFormat;
  private readonly called: WasmMicroservice[] = [];
  private readonly network: WorkloadNetwork;

  protected constructor(scope: Construct, id: string, props: WasmJobProps, { kind, spec }: WorkerKind) {
    super(scope, id);
    const content = (): unknown => ({ spec: spec(workload.template({ restartPolicy: 'Never' }), workload.labels) });
    const workload: Workload = new Workload(
      this,
      props,
      { apiVersion: 'batch/v1', kind, content },
      ROLE,
      matchOf(props),
    );
    const { name, pod, selector, namespace } = workload;
    this.name = name;
    this.pool = props.pool;
    this.image = props.image;
    this.format = pod.format;
    const endpoint = { selector, namespace, port: undefined };
    this.network = new WorkloadNetwork(workload, { path: this.node.path, endpoint, membership: workload.join() });
    judgeNow(this, jobFindings(pod, props));
    judge(this, () => this.network.findings());
  }

  /**
   * Declares that the guest calls a service: its environment gets the URL, and the network policies of both sides
   * admit the call.
   * @param callee a service of this program, in this chart or another
   */
  public calls(callee: WasmMicroservice, options: CallOptions = {}): void {
    this.network.call(callee._network, options);
    if (!this.called.includes(callee)) this.called.push(callee);
  }

  /** The services it calls, in the order of declaration. */
  public get callees(): WasmMicroservice[] {
    return [...this.called];
  }

  /** Lets it reach something that is no service of this program. The rest becomes unreachable. @param port TCP; all ports without one */
  public allowEgressTo(peer: INetworkPolicyPeer, port?: number): void {
    this.network.allow(peersOf(peer), port);
  }
}
