import type { NetworkPolicyEgressRule, NetworkPolicyPeer, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { type Finding, ISOLATED_INGRESS } from '../diagnostics';
import { type Call, type Callee, callFindings } from './calls';
import { NetworkIsolation } from './microservice.props';
import { networkPolicy, peerOf, type Traffic } from './network-policy';

/** Everything that was said about who reaches a service and whom it reaches. Grows until synthesis. */
export class ServiceNetwork {
  /** Set once an Ingress was given a way in. */
  public behindIngress = false;
  private readonly calls: Call[] = [];
  private readonly callers: Callee[] = [];
  private readonly admitted: NetworkPolicyPeer[] = [];
  private readonly allowed: NetworkPolicyEgressRule[] = [];

  public constructor(
    private readonly self: Callee,
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

  public allow(rule: NetworkPolicyEgressRule): void {
    this.allowed.push(rule);
  }

  /** Whether a policy has anything to say. */
  public get isIsolated(): boolean {
    return this.traffic.ingress !== undefined || this.traffic.egress !== undefined;
  }

  public render(): { spec: NetworkPolicySpec } {
    return networkPolicy(this.self.endpoint.selector, this.traffic);
  }

  public *findings(): Generator<Finding> {
    const { path, endpoint } = this.self;
    yield* callFindings({ path, namespace: endpoint.namespace }, this.calls);
    if (this.behindIngress && this.traffic.ingress !== undefined && this.admitted.length === 0) {
      yield ISOLATED_INGRESS.with({ callers: this.callers.map((caller) => caller.path) });
    }
  }

  private get traffic(): Traffic {
    const strict = this.isolation === NetworkIsolation.STRICT;
    if (this.isolation === NetworkIsolation.NONE) return {};
    const { port, namespace } = this.self.endpoint;
    const from = [...this.callers.map((caller) => peerOf(caller.endpoint, namespace)), ...this.admitted];
    const egress = [...this.calls.map((call) => egressTo(call, namespace)), ...this.allowed];
    return {
      ingress: strict || from.length > 0 ? { port, from } : undefined,
      egress: strict || egress.length > 0 ? egress : undefined,
    };
  }
}

/** The port of the pods: network policies see traffic after the Service. */
const egressTo = ({ callee: { endpoint } }: Call, namespace: string | undefined): NetworkPolicyEgressRule => ({
  to: [peerOf(endpoint, namespace)],
  ports: endpoint.port === undefined ? undefined : [{ port: endpoint.port, protocol: 'TCP' }],
});
