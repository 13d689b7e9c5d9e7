import type { NetworkPolicyEgressRule, NetworkPolicyPeer, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { type Finding, ISOLATED_INGRESS } from '../diagnostics';
import { type Call, type Callee, callFindings } from './calls';
import { NetworkIsolation } from './microservice.props';
import { ingressFrom, networkPolicy, peerOf, type Traffic, tcp } from './network-policy';

/** Everything that was said about who reaches a service and whom it reaches. Grows until synthesis. */
export class ServiceNetwork {
  /** Set once an Ingress was given a way in. */
  public behindIngress = false;
  private readonly calls: Call[] = [];
  private readonly callers: Callee[] = [];
  private readonly admitted: NetworkPolicyPeer[] = [];
  private readonly allowed: NetworkPolicyEgressRule[] = [];

  /** @param door port of the pod for those who are no callers */
  public constructor(
    private readonly self: Callee,
    private readonly door: number | undefined,
    private readonly isolation: NetworkIsolation,
  ) {}

  public call(call: Call): void {
    this.calls.push(call);
  }

  public calledBy(caller: Callee): void {
    if (!this.callers.some(({ path }) => path === caller.path)) this.callers.push(caller);
  }

  public admit(peers: readonly NetworkPolicyPeer[]): void {
    this.admitted.push(...peers);
  }

  public allow(peers: readonly NetworkPolicyPeer[], port: number | undefined): void {
    this.allowed.push({ to: [...peers], ports: tcp(port) });
  }

  /** Whether a policy has anything to say. */
  public get isIsolated(): boolean {
    return this.traffic.ingress !== undefined || this.traffic.egress !== undefined;
  }

  public render(): { spec: NetworkPolicySpec } {
    return networkPolicy(this.self.endpoint.selector, this.traffic);
  }

  public *findings(): Generator<Finding> {
    yield* callFindings(this.self, this.calls);
    if (this.behindIngress && this.traffic.ingress !== undefined && this.admitted.length === 0) {
      yield ISOLATED_INGRESS.with({ callers: this.callers.map((caller) => caller.path) });
    }
  }

  private get traffic(): Traffic {
    if (this.isolation === NetworkIsolation.NONE) return {};
    const strict = this.isolation === NetworkIsolation.STRICT;
    const egress = [...this.calls.map((call) => egressTo(call, this.namespace)), ...this.allowed];
    const isClosed = strict || this.callers.length > 0 || this.admitted.length > 0;
    return { ingress: isClosed ? this.ingress : undefined, egress: strict || egress.length > 0 ? egress : undefined };
  }

  private get ingress() {
    const { endpoint, membership } = this.self;
    const callers = this.callers.map((caller) => peerOf(caller.endpoint, this.namespace));
    // Without a mesh callers and others come in by the same port, and share a rule.
    if (endpoint.port === this.door) return ingressFrom([...callers, ...this.admitted], endpoint.port);
    return [
      ...ingressFrom(callers, endpoint.port),
      ...ingressFrom(this.admitted, this.door),
      ...(membership?.ingress() ?? []),
    ];
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
