import { AUTOSCALING_RANGE, type Finding } from '../diagnostics';

/**
 * A HorizontalPodAutoscaler: up fast, down slowly.
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export interface AutoscalingOptions {
  /** @default 2 */
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  /** CPU in percent of the request. @default - 70, unless memory is given */
  readonly cpuUtilization?: number;
  /** Memory in percent of the request. @default - none: a guest seldom gives memory back */
  readonly memoryUtilization?: number;
}

export interface AutoscalingIntent {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly cpuUtilization?: number;
  readonly memoryUtilization?: number;
}

export const resolveAutoscaling = (options: AutoscalingOptions): AutoscalingIntent => ({
  minReplicas: options.minReplicas ?? Math.min(2, options.maxReplicas),
  maxReplicas: options.maxReplicas,
  cpuUtilization: options.cpuUtilization ?? (options.memoryUtilization === undefined ? 70 : undefined),
  memoryUtilization: options.memoryUtilization,
});

export function* autoscalingFindings(intent: AutoscalingIntent): Generator<Finding> {
  const { minReplicas, maxReplicas } = intent;
  for (const [name, value] of Object.entries(intent)) {
    if (value !== undefined && (!Number.isInteger(value) || value < 1))
      yield AUTOSCALING_RANGE.with({ what: `${name} ${value}` });
  }
  if (minReplicas > maxReplicas)
    yield AUTOSCALING_RANGE.with({ what: `minReplicas ${minReplicas} above maxReplicas ${maxReplicas}` });
}
