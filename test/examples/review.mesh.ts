import type { Json } from '../support/programs';
import { containersOf, nameOf, type Objects, type Pod, serviceOf } from './review.objects';

/** What an Envoy does with what comes to a port of its pod's loopback. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  /** The only identity it talks to. */
  readonly identity: string;
}

export const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === '[::1]';

/** Reads the bootstrap that the proxy of the pod would read. */
export function hopOf(all: Objects, pod: Pod, port: number): Hop | undefined {
  const bootstrap = bootstrapOf(all, pod);
  const listener = bootstrap?.listeners.find(({ address }: Json) => address.socket_address.port_value === port);
  if (!bootstrap || !isLoopback(listener?.address.socket_address.address)) return undefined;
  const name = managerOf(listener).route_config.virtual_hosts[0].routes[0].route.cluster;
  const cluster = bootstrap.clusters.find((one: Json) => one.name === name);
  const { address, port_value } = cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address;
  const validation = cluster.transport_socket.typed_config.common_tls_context.combined_validation_context;
  const [san] = validation.default_validation_context.match_typed_subject_alt_names;
  return { host: address, port: port_value, identity: san.matcher.exact };
}

/** What does not fit between the proxies: a sentence each. */
export function* meshFindings(all: Objects): Iterable<string> {
  for (const pod of all.pods) {
    const bootstrap = bootstrapOf(all, pod);
    if (bootstrap === undefined) continue;
    const identity = identityOf(all, pod);
    if (identity === undefined) yield `${pod.of}: no Certificate gives its proxy an identity`;
    for (const listener of bootstrap.listeners.filter((one: Json) => one.traffic_direction === 'OUTBOUND')) {
      const hop = hopOf(all, pod, listener.address.socket_address.port_value);
      const callees = hop ? calleesOf(all, pod, hop) : [];
      if (hop === undefined || callees.length === 0) yield `${pod.of}: ${listener.name} leads nowhere`;
      for (const callee of callees) {
        const theirs = identityOf(all, callee);
        if (hop?.identity !== theirs) yield `${pod.of}: ${listener.name} expects ${hop?.identity}, and meets ${theirs}`;
        if (identity !== undefined && !admittedBy(all, callee, hop?.port ?? 0).includes(identity))
          yield `${callee.of}: it does not admit ${identity}, who calls it`;
      }
    }
    for (const caller of admittedBy(all, pod)) {
      const known = all.pods.find((one) => identityOf(all, one) === caller);
      const calls = known && bootstrapOf(all, known)?.listeners.some((one: Json) => leadsTo(all, known, one, pod));
      if (!calls) yield `${pod.of}: it admits ${caller}, who does not call it`;
    }
  }
}

function calleesOf(all: Objects, pod: Pod, { host, port }: Hop): readonly Pod[] {
  const service = serviceOf(all, pod, host);
  if (!service?.spec.ports.some((one: Json) => one.port === port)) return [];
  return all.selected(service.spec.selector, service.metadata.namespace);
}

const leadsTo = (all: Objects, caller: Pod, listener: Json, callee: Pod): boolean => {
  const hop = hopOf(all, caller, listener.address.socket_address.port_value);
  return hop !== undefined && calleesOf(all, caller, hop).includes(callee);
};

/** Who may come in by mTLS, as the access rules of the inbound listener have it. */
function admittedBy(all: Objects, pod: Pod, port?: number): readonly string[] {
  const listeners = (bootstrapOf(all, pod)?.listeners ?? []).filter(
    (one: Json) =>
      one.traffic_direction === 'INBOUND' && (port === undefined || one.address.socket_address.port_value === port),
  );
  return listeners
    .flatMap((listener: Json) => managerOf(listener).http_filters)
    .filter((filter: Json) => filter.name === 'envoy.filters.http.rbac')
    .flatMap((filter: Json) => Object.values<Json>(filter.typed_config.rules?.policies ?? {}))
    .flatMap((policy: Json) => policy.principals)
    .map((principal: Json) => principal.custom?.typed_config.san_matcher?.matcher.exact)
    .filter((uri: unknown) => uri !== undefined);
}

const managerOf = (listener: Json): Json => listener.filter_chains[0].filters[0].typed_config;

/** The URI of the Certificate whose Secret the pod mounts. */
function identityOf(all: Objects, pod: Pod): string | undefined {
  const secrets = (pod.spec.volumes ?? []).map(({ secret }: Json) => secret?.secretName);
  const certificate = all
    .kind('Certificate')
    .find(({ metadata, spec }) => metadata.namespace === pod.namespace && secrets.includes(spec.secretName));
  return certificate?.spec.uris[0];
}

/** The static part of the configuration of the pod's Envoy, found by its arguments and mounts. */
function bootstrapOf(all: Objects, pod: Pod): Json | undefined {
  for (const { args = [], volumeMounts = [] } of containersOf(pod)) {
    const path: string | undefined = args[args.indexOf('--config-path') + 1];
    if (!args.includes('--config-path') || path === undefined) continue;
    const mount = volumeMounts.find(({ mountPath }: Json) => path.startsWith(`${mountPath}/`));
    const volume = pod.spec.volumes.find(({ name }: Json) => name === mount?.name);
    const config = all.find('ConfigMap', volume?.configMap?.name, pod.namespace);
    const text = config?.data[path.slice(mount.mountPath.length + 1)];
    if (text === undefined) throw new Error(`${nameOf({ kind: 'Pod', metadata: pod })}: ${path} is in no ConfigMap`);
    return JSON.parse(text).static_resources;
  }
  return undefined;
}
