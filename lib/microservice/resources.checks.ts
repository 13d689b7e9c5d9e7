import { type Finding, GRACE_PERIOD, MEMORY_LIMIT, RESOURCE_ORDER } from '../diagnostics';
import { mebibytes } from '../manifest/quantity';
import { memoryNeed } from './memory';
import type { PodIntent } from './pod.intent';
import type { WasmPodProps } from './pod.props';
import { preStopSeconds } from './pod.resolve';

/** Limits in which the guest can start, and requests that fit them. */
export function* resourceFindings(pod: PodIntent, props: WasmPodProps): Generator<Finding> {
  const { memoryLimit, memoryRequest, cpuLimit, cpuRequest } = props;
  const need = memoryNeed(pod.guest, pod.format, pod.image.sizeBytes);
  if (
    memoryLimit !== undefined &&
    need !== undefined &&
    pod.format !== undefined &&
    mebibytes(memoryLimit) < need.least
  ) {
    const { source } = pod.image;
    yield MEMORY_LIMIT.with({
      source,
      format: pod.format,
      limit: mebibytes(memoryLimit),
      least: need.least,
      note: need.note,
    });
  }
  const limit = memoryLimit === undefined ? (need?.comfortable ?? 128) : mebibytes(memoryLimit);
  if (memoryRequest !== undefined && mebibytes(memoryRequest) > limit) {
    yield RESOURCE_ORDER.with({
      what: `\`memoryRequest\` of ${memoryRequest.asString()} is above \`memoryLimit\` of ${limit}Mi`,
    });
  }
  if (cpuLimit !== undefined && millis(cpuRequest?.amount ?? pod.container.cpuRequest) > millis(cpuLimit.amount)) {
    yield RESOURCE_ORDER.with({
      what: `\`cpuRequest\` of ${cpuRequest?.amount ?? pod.container.cpuRequest} is above \`cpuLimit\` of ${cpuLimit.amount}`,
    });
  }
  const sleep = preStopSeconds(pod.container);
  if (sleep > 0 && sleep >= pod.gracePeriodSeconds) yield GRACE_PERIOD.with({ grace: pod.gracePeriodSeconds, sleep });
}

/** The two spellings cdk8s-plus' Cpu has. */
const millis = (amount: string): number => (amount.endsWith('m') ? Number(amount.slice(0, -1)) : Number(amount) * 1000);
