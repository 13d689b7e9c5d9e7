import type {
  Container,
  EnvVar,
  Probe as KubernetesProbe,
  LifecycleHandler,
  PodSpec,
  PodTemplateSpec,
  SecurityContext,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1';
import type { Files } from './files';
import type { ContainerIntent, PodIntent, PreStop, SidecarIntent } from './pod.intent';
import type { Probe, ProbeQuestion } from './probe';

/** What only the workload knows. */
export interface PodExtras {
  readonly environment: readonly EnvVar[];
  readonly serviceAccountName: string;
  /** Sidecars that something else than the program adds; they start first. */
  readonly sidecars: readonly SidecarIntent[];
  readonly restartPolicy?: 'Never' | 'OnFailure';
  readonly topologySpreadConstraints?: PodSpec['topologySpreadConstraints'];
}

export function podTemplate(pod: PodIntent, extras: PodExtras): PodTemplateSpec {
  const volumes = new Volumes();
  const sidecars = [...extras.sidecars, ...pod.sidecars].map((sidecar) => sidecarContainer(pod, sidecar, volumes));
  const guest = guestContainer(pod, extras.environment, volumes);
  return {
    metadata: { labels: { ...pod.labels, ...pod.podLabels }, annotations: unlessEmpty({ ...pod.annotations }) },
    spec: {
      runtimeClassName: pod.pool.runtimeClassName,
      serviceAccountName: extras.serviceAccountName,
      automountServiceAccountToken: false,
      // Otherwise some twenty variables a namespace leak into the guest.
      enableServiceLinks: false,
      restartPolicy: extras.restartPolicy,
      terminationGracePeriodSeconds: pod.gracePeriodSeconds,
      priorityClassName: pod.priorityClassName,
      nodeSelector: unlessEmpty({ ...pod.nodeSelector }),
      tolerations: unlessNone(pod.pool.podTolerations),
      topologySpreadConstraints: extras.topologySpreadConstraints,
      imagePullSecrets: unlessNone(pod.imagePullSecrets.map((name) => ({ name }))),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: pod.user,
        runAsGroup: pod.group,
        fsGroup: pod.group,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      initContainers: unlessNone(sidecars),
      containers: [guest],
      volumes: unlessNone(volumes.all),
    },
  };
}

function guestContainer(pod: PodIntent, environment: readonly EnvVar[], volumes: Volumes): Container {
  const { container, image, format } = pod;
  return {
    name: container.name,
    image: format === undefined ? undefined : image.referenceIn(format),
    ...started(container),
    env: unlessNone([...environment]),
    envFrom: unlessNone([...pod.environmentFrom]),
    ...common(pod, container, volumes),
  };
}

const sidecarContainer = (pod: PodIntent, sidecar: SidecarIntent, volumes: Volumes): Container => ({
  name: sidecar.name,
  image: sidecar.image,
  restartPolicy: 'Always',
  ...started(sidecar),
  env: unlessNone([...sidecar.environment]),
  ...common(pod, sidecar, volumes),
});

const started = ({ command, args }: ContainerIntent) => ({ command: command && [...command], args: args && [...args] });

const common = (
  pod: PodIntent,
  container: ContainerIntent,
  volumes: Volumes,
): Omit<Container, 'name' | 'image' | 'env'> => ({
  ports: unlessNone(container.ports.map(({ name, port }) => ({ name, containerPort: port }))),
  startupProbe: probe(container.startup, container),
  readinessProbe: probe(container.readiness, container),
  livenessProbe: probe(container.liveness, container),
  lifecycle: container.preStop && { preStop: hook(container.preStop) },
  resources: {
    requests: { cpu: container.cpuRequest, memory: container.memoryRequest },
    limits: { ...(container.cpuLimit === undefined ? {} : { cpu: container.cpuLimit }), memory: container.memoryLimit },
  },
  securityContext: securityContext(pod, container),
  volumeMounts: unlessNone(container.files.map((files) => volumes.mount(files))),
});

/**
 * `drop: [ALL]` alone leaves a container of a runwasi pod with every capability of the node's root: containerd writes
 * an empty object and libcontainer then drops nothing. With one capability named, exactly that one is left.
 */
const securityContext = (
  { runtime }: PodIntent,
  { user, readOnlyRootFilesystem }: ContainerIntent,
): SecurityContext => ({
  allowPrivilegeEscalation: false,
  capabilities: runtime.dropAllKeepsAll.value ? { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } : { drop: ['ALL'] },
  readOnlyRootFilesystem,
  runAsUser: user,
});

const hook = (preStop: PreStop): LifecycleHandler =>
  preStop.kind === 'sleep'
    ? { sleep: { seconds: preStop.seconds } }
    : { httpGet: { path: preStop.path, port: preStop.port } };

function probe(asked: Probe | undefined, { ports }: ContainerIntent): KubernetesProbe | undefined {
  if (asked === undefined) return undefined;
  const { port = ports[0]?.port ?? 0, initialDelay, period, timeout, failureThreshold } = asked.options;
  return {
    ...question(asked._question, port),
    initialDelaySeconds: initialDelay?.toSeconds(),
    periodSeconds: period?.toSeconds(),
    timeoutSeconds: timeout?.toSeconds(),
    failureThreshold,
  };
}

function question(asked: ProbeQuestion, port: number): KubernetesProbe {
  switch (asked.kind) {
    case 'http':
      return { httpGet: { path: asked.path, port } };
    case 'tcp':
      return { tcpSocket: { port } };
    case 'grpc':
      return { grpc: { port, service: asked.service } };
    case 'exec':
      return { exec: { command: [...asked.command] } };
  }
}

/** The volumes of a pod: one for each different source, mounted wherever it is wanted. */
class Volumes {
  private readonly bySource = new Map<string, Volume>();

  public get all(): Volume[] {
    return [...this.bySource.values()];
  }

  public mount(files: Files): VolumeMount {
    const key = JSON.stringify(files._source);
    const volume = this.bySource.get(key) ?? { name: this.nameFor(files), ...files._source };
    this.bySource.set(key, volume);
    return {
      name: volume.name,
      mountPath: files.path,
      subPath: files.file,
      readOnly: files.readOnly ? true : undefined,
    };
  }

  private nameFor({ _source }: Files): string {
    const [kind = 'files'] = Object.keys(_source);
    return `${kind.toLowerCase()}-${this.bySource.size}`;
  }
}

/** For fields where an empty list or map says nothing: the caller decides, field by field. */
const unlessNone = <T>(items: T[]): T[] | undefined => (items.length === 0 ? undefined : items);
const unlessEmpty = <T extends object>(map: T): T | undefined => (Object.keys(map).length === 0 ? undefined : map);
