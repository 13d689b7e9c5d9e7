import {
  EXEC_PROBE,
  FILES_PATH,
  type Finding,
  GRPC_PROBE,
  PORT_CLASH,
  PORT_RANGE,
  PROBE_NUMBER,
  PROBE_PORT,
  PROBES_IGNORED,
} from '../diagnostics';
import type { ContainerIntent, PodIntent } from './pod.intent';
import type { Probe } from './probe';

/** Ports of a pod: containers share one network. */
export function* portFindings(containers: readonly ContainerIntent[]): Generator<Finding> {
  const takenBy = new Map<number, string[]>();
  for (const { name, ports } of containers) {
    for (const port of ports) {
      if (!isPort(port.port)) yield PORT_RANGE.with({ what: `port ${port.name} of ${name}`, port: port.port });
      takenBy.set(port.port, [...(takenBy.get(port.port) ?? []), name]);
    }
  }
  for (const [port, names] of takenBy) {
    if (names.length > 1) yield PORT_CLASH.with({ port, containers: names });
  }
}

export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;

/** Mounts of one container: absolute, and each path once. */
export function* pathFindings({ files }: ContainerIntent): Generator<Finding> {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (!path.startsWith('/')) yield FILES_PATH.with({ path, rule: 'it has to begin with /' });
    else if (path === '/') yield FILES_PATH.with({ path, rule: 'it would hide the module itself' });
    else if (path.split('/').includes('..') || path.includes(':'))
      yield FILES_PATH.with({ path, rule: 'it may hold neither .. nor a colon' });
    if (seen.has(path)) yield FILES_PATH.with({ path, rule: 'it is used twice' });
    seen.add(path);
  }
}

/** Whether the kubelet can ask, and whether somebody answers. */
export function* probeFindings(pod: PodIntent, container: ContainerIntent): Generator<Finding> {
  for (const [name, probe] of Object.entries({
    startup: container.startup,
    readiness: container.readiness,
    liveness: container.liveness,
  })) {
    if (probe !== undefined) yield* findingsOfProbe(pod, container, name, probe);
  }
}

function* findingsOfProbe(pod: PodIntent, container: ContainerIntent, name: string, probe: Probe): Generator<Finding> {
  const { runtime, guest, image } = pod;
  const isGuest = container === pod.container;
  const label = isGuest ? name : `${container.name} ${name}`;
  const kind = probe._question.kind;
  yield* numberFindings(label, probe);
  if (!runtime.probes.value) {
    yield PROBES_IGNORED.with({ probe: label, runtime: runtime.name });
    return;
  }
  if (kind === 'exec') {
    if (!runtime.exec.value) yield EXEC_PROBE.with({ probe: label, runtime: runtime.name });
    return;
  }
  if (kind === 'grpc' && isGuest && guest !== undefined && !guest.grpc.value) {
    yield GRPC_PROBE.with({ probe: label, source: image.source, note: guest.grpc.note });
  }
  const ports = container.ports.map((port) => port.port);
  if (container.probePort !== undefined) ports.push(container.probePort);
  const port = probe.options.port ?? ports[0];
  if (port === undefined || !ports.includes(port)) yield PROBE_PORT.with({ probe: label, port: port ?? 0, ports });
}

function* numberFindings(label: string, probe: Probe): Generator<Finding> {
  const { period, timeout, failureThreshold, initialDelay } = probe.options;
  const whole = { '`period`': period?.toMilliseconds(), '`timeout`': timeout?.toMilliseconds() };
  for (const [what, value] of Object.entries(whole)) {
    if (value !== undefined && (value < 1000 || value % 1000 !== 0)) {
      yield PROBE_NUMBER.with({ probe: label, what, value: value / 1000, rule: 'use whole seconds, at least 1' });
    }
  }
  const delay = initialDelay?.toMilliseconds();
  if (delay !== undefined && delay % 1000 !== 0) {
    yield PROBE_NUMBER.with({ probe: label, what: '`initialDelay`', value: delay / 1000, rule: 'use whole seconds' });
  }
  if (failureThreshold !== undefined && (!Number.isInteger(failureThreshold) || failureThreshold < 1)) {
    yield PROBE_NUMBER.with({
      probe: label,
      what: '`failureThreshold`',
      value: failureThreshold,
      rule: 'use a whole number, at least 1',
    });
  }
}
