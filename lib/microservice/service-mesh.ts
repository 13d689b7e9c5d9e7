import type { Construct, IConstruct } from 'constructs';
import type { ServicePort } from 'kubernetes-types/core/v1';
import type { NetworkPolicyIngressRule } from 'kubernetes-types/networking/v1';
import type { Finding } from '../diagnostics';
import type { Labels } from '../manifest/labels';
import type { RuntimeFacts } from '../runtime';
import type { CallOptions } from './call.options';
import type { ContainerIntent, SidecarIntent } from './pod.intent';

/** A mesh that workloads can join. Rooms above this one implement it. */
export interface IServiceMesh extends IConstruct {
  /**
   * What joining means, before there is a pod.
   * @internal
   */
  readonly _terms: MeshTerms;
  /** @internal */
  _join(member: MeshMember): MeshMembership;
}

/** What is the same for every member. */
export interface MeshTerms {
  /** Where the guest listens: nobody but its sidecar reaches it there. */
  readonly guest: { readonly address: string; readonly port: number };
  /** Port of the pod for members of the mesh. */
  readonly port: number;
  /** Port of the pod for everybody else, once it is opened. */
  readonly door: number;
  /** What the kubelet asks in the place of the guest, which it does not reach. */
  readonly health: { readonly path: string; readonly port: number };
  readonly podLabels: Labels;
  /** How long the guest goes on serving after the order to stop. */
  readonly drainSeconds: number;
  /** From then to the end of guest and sidecar. */
  readonly stopSeconds: number;
}

/** What a workload tells the mesh it joins. */
export interface MeshMember {
  /** Objects of the membership are declared below it. */
  readonly scope: Construct;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly serviceAccountName: string;
  readonly labels: Labels;
  readonly runtime: RuntimeFacts;
  readonly kubernetesVersion?: string;
  /** The containers it has without the mesh. */
  readonly containers: readonly Pick<ContainerIntent, 'name' | 'ports'>[];
  /** Undefined for one that only calls. */
  readonly serving?: Serving;
}

/** What a member answers to. */
export interface Serving {
  /** Name of its Service. */
  readonly serviceName: string;
  /** Whether the runtime can be told where to listen. */
  readonly movable: boolean;
  /** Path that answers while the guest is well. @default - it is well while it accepts connections */
  readonly healthPath?: string;
}

/** A workload in a mesh. What grows with calls is asked late. */
export interface MeshMembership {
  readonly mesh: IServiceMesh;
  /** Declares a call to another member and returns the URL for the guest. */
  call(callee: MeshMembership, options: CallOptions): string;
  /** Lets callers outside the mesh in, in plain text. */
  open(): void;
  sidecar(): SidecarIntent;
  servicePorts(servicePort: number): ServicePort[];
  /** Traffic that is no call: metrics. */
  ingress(): NetworkPolicyIngressRule[];
  findings(): Iterable<Finding>;
}
