import type { INetworkPolicyPeer, PodSelectorConfig } from 'cdk8s-plus-28';
import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1';
import { type Labels, NAMESPACE_NAME_LABEL } from '../manifest/labels';

/** One end of a call as a network policy sees it. */
export interface Endpoint {
  readonly selector: Labels;
  readonly namespace: string | undefined;
  readonly port: number | undefined;
}

/** Who may come in and where one may go; undefined for a direction that stays open. */
export interface Traffic {
  readonly ingress?: readonly NetworkPolicyIngressRule[];
  readonly egress?: readonly NetworkPolicyEgressRule[];
}

export function networkPolicy(selector: Labels, { ingress, egress }: Traffic): { spec: NetworkPolicySpec } {
  return {
    spec: {
      podSelector: { matchLabels: { ...selector } },
      policyTypes: [...(ingress === undefined ? [] : ['Ingress']), ...(egress === undefined ? [] : ['Egress'])],
      ingress: ingress && [...ingress],
      egress: egress && [DNS, ...egress],
    },
  };
}

/** An empty list of peers would mean everybody: without peers there is no rule. */
export const ingressFrom = (
  from: readonly NetworkPolicyPeer[],
  port: number | undefined,
): NetworkPolicyIngressRule[] => (from.length === 0 ? [] : [{ from: [...from], ports: tcp(port) }]);

export const tcp = (port: number | undefined): NetworkPolicyPort[] | undefined =>
  port === undefined ? undefined : [{ port, protocol: 'TCP' }];

/** Names are resolved by whatever the cluster has: pods of kube-system, a cache on the node, OpenShift's own namespace. */
const DNS: NetworkPolicyEgressRule = {
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

export const peerOf = ({ selector, namespace }: Endpoint, from: string | undefined): NetworkPolicyPeer => ({
  podSelector: { matchLabels: { ...selector } },
  ...(namespace === from || namespace === undefined
    ? {}
    : { namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } } }),
});

/** cdk8s-plus' peers, which may be several where namespaces are named. */
export function peersOf(peer: INetworkPolicyPeer): NetworkPolicyPeer[] {
  const { ipBlock, podSelector } = peer.toNetworkPolicyPeerConfig();
  if (ipBlock !== undefined) return [{ ipBlock: ipBlock._toKube() as NetworkPolicyPeer['ipBlock'] }];
  return podSelector === undefined ? [] : podPeers(podSelector);
}

function podPeers({ labelSelector, namespaces }: PodSelectorConfig): NetworkPolicyPeer[] {
  const podSelector = labelSelector._toKube() as NetworkPolicyPeer['podSelector'];
  const namespaceSelector = namespaces?.labelSelector?._toKube() as NetworkPolicyPeer['namespaceSelector'];
  if (namespaces?.names === undefined) return [{ podSelector, namespaceSelector }];
  return namespaces.names.map((name) => ({
    podSelector,
    namespaceSelector: {
      ...namespaceSelector,
      matchLabels: { ...namespaceSelector?.matchLabels, [NAMESPACE_NAME_LABEL]: name },
    },
  }));
}
