import type { Json } from '../support/programs';
import { callText, pairs, policiesFor, policiesOf, toldUrls } from './review.calls';
import { meshFindings } from './review.mesh';
import { containersOf, guestOf, isWithin, nameOf, Objects, portOf } from './review.objects';

/** What a reviewer knows who did not write the program. */
export interface ReviewFacts {
  /** Labels of nodes that no object of the program launches. */
  readonly existingNodes: readonly Readonly<Record<string, string>>[];
  /** Repository → the only reference that may be deployed from it. */
  readonly images: ReadonlyMap<string, string>;
}

/** Every reference between the objects that leads nowhere, a sentence each. It knows Kubernetes, nothing of the library. */
export function review(objects: readonly Json[], facts: ReviewFacts): string[] {
  return [...RULES].flatMap((rule) => [...rule(new Objects(objects), facts)]);
}

type Rule = (all: Objects, facts: ReviewFacts) => Iterable<string>;

const RULES: readonly Rule[] = [
  function* names({ list }) {
    const seen = new Set<string>();
    for (const object of list) {
      const name = `${object.apiVersion.replace(/\/.*/, '')} ${nameOf(object)}`;
      if (seen.has(name)) yield `${nameOf(object)} is there twice`;
      seen.add(name);
    }
  },

  function* namespaces(all) {
    for (const object of all.list) {
      const { namespace } = object.metadata;
      // The cluster brings this one.
      if (namespace === 'kube-system') continue;
      if (namespace !== undefined && !all.find('Namespace', namespace))
        yield `${nameOf(object)}: its namespace is missing`;
    }
  },

  function* runtimeClasses(all) {
    for (const pod of all.pods) {
      const name = pod.spec.runtimeClassName;
      if (name !== undefined && !all.find('RuntimeClass', name)) yield `${pod.of}: there is no RuntimeClass ${name}`;
    }
  },

  function* nodes(all, { existingNodes }) {
    const launched = all.kind('NodePool').map(({ spec }) => spec.template);
    for (const object of all.kind('RuntimeClass')) {
      const { nodeSelector, tolerations } = object.scheduling;
      const pools = launched.filter(({ metadata }) => isWithin(nodeSelector, metadata.labels));
      if (pools.length === 0 && !existingNodes.some((labels) => isWithin(nodeSelector, labels))) {
        yield `${nameOf(object)}: no node has ${JSON.stringify(nodeSelector)}`;
      }
      for (const { key, value, effect } of pools.flatMap(({ spec }) => spec.taints)) {
        const tolerated = tolerations.some(
          (one: Json) => one.key === key && one.value === value && one.effect === effect,
        );
        if (!tolerated) yield `${nameOf(object)}: it does not tolerate ${key}=${value}:${effect}`;
      }
    }
  },

  function* images(all, facts) {
    for (const pod of all.pods) {
      for (const { image } of containersOf(pod)) {
        const expected = facts.images.get(image.replace(/@.*/, ''));
        if (image !== expected) yield `${pod.of}: ${image} is not ${expected}`;
      }
    }
  },

  function* accountsAndFiles(all) {
    for (const pod of all.pods) {
      const { of, namespace, spec } = pod;
      const account = spec.serviceAccountName;
      if (!all.find('ServiceAccount', account, namespace)) yield `${of}: there is no ServiceAccount ${account}`;
      for (const { name, configMap } of spec.volumes ?? []) {
        if (configMap && !all.find('ConfigMap', configMap.name, namespace))
          yield `${of}: there is no ConfigMap ${configMap.name}`;
        if (!containersOf(pod).some((one: Json) => one.volumeMounts?.some((mount: Json) => mount.name === name))) {
          yield `${of}: volume ${name} is mounted nowhere`;
        }
      }
    }
  },

  function* selectors(all) {
    const alone = (object: Json, what: string, selector: Json, namespace: string, expected: string): string[] => {
      const found = all.selected(selector, namespace).map((pod) => pod.name);
      const right = found.length === 1 && found[0] === expected;
      return right ? [] : [`${nameOf(object)}: its ${what} selects the pods of ${found.join(' and ') || 'nobody'}`];
    };
    for (const object of all.list) {
      const { name, namespace } = object.metadata;
      if (object.kind === 'Deployment') {
        yield* alone(object, 'selector', object.spec.selector.matchLabels, namespace, name);
        for (const spread of object.spec.template.spec.topologySpreadConstraints) {
          yield* alone(object, `spread over ${spread.topologyKey}`, spread.labelSelector.matchLabels, namespace, name);
        }
      }
      if (object.kind === 'PodDisruptionBudget')
        yield* alone(object, 'selector', object.spec.selector.matchLabels, namespace, name);
      if (object.kind === 'NetworkPolicy')
        yield* alone(object, 'selector', object.spec.podSelector.matchLabels, namespace, name);
      if (object.kind === 'Service') yield* alone(object, 'selector', object.spec.selector, namespace, name);
    }
  },

  function* servicePorts(all) {
    for (const service of all.kind('Service')) {
      const [pod] = all.selected(service.spec.selector, service.metadata.namespace);
      for (const { targetPort } of service.spec.ports) {
        if (pod && portOf(pod, targetPort) === undefined)
          yield `${nameOf(service)}: its pods have no port ${targetPort}`;
      }
    }
  },

  function* scaling(all) {
    for (const object of all.kind('HorizontalPodAutoscaler')) {
      const { kind, name } = object.spec.scaleTargetRef;
      const target = all.find(kind, name, object.metadata.namespace);
      if (!target) yield `${nameOf(object)}: there is no ${kind} ${name}`;
      if (target?.spec.replicas !== undefined) yield `${nameOf(target)}: it sets the replicas that its autoscaler sets`;
    }
  },

  function* probes(all) {
    for (const pod of all.pods) {
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        const port = guestOf(pod)[probe]?.httpGet?.port;
        if (port !== undefined && portOf(pod, port) === undefined) yield `${pod.of}: its ${probe} asks port ${port}`;
      }
    }
  },

  function* urls(all) {
    for (const { pod, name, url, service, port } of toldUrls(all)) {
      if (!service) yield `${pod.of}: ${name} names ${url}, which leads to no Service`;
      if (service && !service.spec.ports.some((one: Json) => one.port === port))
        yield `${pod.of}: ${name} names port ${port}`;
    }
  },

  function* calls(all) {
    const allowed = { ingress: pairs(all, 'ingress'), egress: pairs(all, 'egress') };
    for (const pair of allowed.egress) if (!allowed.ingress.has(pair)) yield `${pair}: leaves, but is not let in`;
    for (const pair of allowed.ingress) if (!allowed.egress.has(pair)) yield `${pair}: is let in, but cannot leave`;
    const needed = new Set<string>();
    for (const { pod, service, port } of toldUrls(all)) {
      for (const callee of service ? all.selected(service.spec.selector, pod.namespace) : []) {
        for (const { targetPort } of service?.spec.ports.filter((one: Json) => one.port === port) ?? [])
          needed.add(callText(pod, callee, portOf(callee, targetPort)));
      }
    }
    for (const pair of needed) if (!allowed.egress.has(pair)) yield `${pair}: is called, but cannot leave`;
    for (const pair of allowed.egress) if (!needed.has(pair)) yield `${pair}: leaves, but is not called`;
  },

  function* mesh(all) {
    yield* meshFindings(all);
  },

  function* nameResolution(all) {
    const callers = new Set(toldUrls(all).map(({ pod }) => pod));
    for (const pod of callers) {
      const asks = policiesOf(all, pod, 'egress').some(({ ports = [], to }: Json) =>
        ['UDP', 'TCP'].every(
          (protocol) => ports.some((one: Json) => one.port === 53 && one.protocol === protocol) && to === undefined,
        ),
      );
      if (policiesFor(all, pod, 'Egress').length > 0 && !asks)
        yield `${pod.of}: it cannot ask for the address of whom it calls`;
    }
  },
];
