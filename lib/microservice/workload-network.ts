import type { NetworkPolicyEgressRule, NetworkPolicyPeer, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { type Finding, ISOLATED_INGRESS } from '../diagnostics';
import type { CallOptions } from './call.options';
import { type Call, type Callee, callFindings, connectionFindings, type Party, urlFor, urlVariable } from './calls';
import { ingressFrom, networkPolicy, peerOf, type Traffic, tcp } from './network-policy';
import { NetworkIsolation } from './pod.props';
import type { Workload } from './workload';

/** Everything that was said about who reaches a workload and whom it reaches. Grows until synthesis. */
export class WorkloadNetwork<Self extends Party = Party> {
  /** Set once an Ingress was given a way in. */
  public behindIngress = false;
  private readonly calls: Call[] = [];
  private readonly callers: Party[] = [];
  private readonly admitted: NetworkPolicyPeer[] = [];
  private readonly allowed: NetworkPolicyEgressRule[] = [];

  /** @param door port of the pod for those who are no callers */
  public constructor(
    private readonly workload: Workload,
    private readonly self: Self,
    private readonly door?: number,
  ) {
    this.isolate();
  }

  /** Tells the guest where the callee is, and opens the way on both sides. */
  public call(callee: WorkloadNetwork<Callee>, options: CallOptions): void {
    const call: Call = { callee: callee.self, options };
    const { name, path } = call.callee;
    const variable = options.variable ?? urlVariable(name);
    this.workload.environment.addText(variable, urlFor(this.self, call), `calls(${path})`);
    this.calls.push(call);
    this.isolate();
    callee.calledBy(this.self);
  }

  public admit(peers: readonly NetworkPolicyPeer[]): void {
    this.admitted.push(...peers);
    this.isolate();
  }

  public allow(peers: readonly NetworkPolicyPeer[], port: number | undefined): void {
    this.allowed.push({ to: [...peers], ports: tcp(port) });
    this.isolate();
  }

  public *findings(): Generator<Finding> {
    yield* callFindings(this.self, this.calls);
    yield* connectionFindings(this.workload.pod, this.calls);
    if (this.behindIngress && this.traffic.ingress !== undefined && this.admitted.length === 0) {
      yield ISOLATED_INGRESS.with({ callers: this.callers.map((caller) => caller.path) });
    }
  }

  private calledBy(caller: Party): void {
    if (!this.callers.some(({ path }) => path === caller.path)) this.callers.push(caller);
    this.isolate();
  }

  /** Emits the network policy once it has something to say. */
  private isolate(): void {
    const { ingress, egress } = this.traffic;
    if (ingress !== undefined || egress !== undefined) {
      this.workload.emitOnce('networking.k8s.io/v1', 'NetworkPolicy', () => this.render());
    }
  }

  private render(): { spec: NetworkPolicySpec } {
    return networkPolicy(this.self.endpoint.selector, this.traffic);
  }

  private get traffic(): Traffic {
    const { isolation } = this.workload;
    if (isolation === NetworkIsolation.NONE) return {};
    const strict = isolation === NetworkIsolation.STRICT;
    const egress = [...this.calls.map((call) => egressTo(call, this.namespace)), ...this.allowed];
    const isClosed = strict || this.callers.length > 0 || this.admitted.length > 0;
    return { ingress: isClosed ? this.ingress : undefined, egress: strict || egress.length > 0 ? egress : undefined };
  }

  private get ingress() {
    const { endpoint, membership } = this.self;
    const callers = this.callers.map((caller) => peerOf(caller.endpoint, this.namespace));
    // Without a mesh callers and others come in by the same port, and share a rule.
    const guests =
      endpoint.port === this.door
        ? ingressFrom([...callers, ...this.admitted], endpoint.port)
        : [...ingressFrom(callers, endpoint.port), ...ingressFrom(this.admitted, this.door)];
    return [...guests, ...(membership?.ingress() ?? [])];
  }

  private get namespace(): string | undefined {
    return this.self.endpoint.namespace;
  }
}

/** The port of the pods: network policies see traffic after the Service. */
const egressTo = ({ callee: { endpoint } }: Call, namespace: string | undefined): NetworkPolicyEgressRule => ({
  to: [peerOf(endpoint, namespace)],
  ports: tcp(endpoint.port),
});
