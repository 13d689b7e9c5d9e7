import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2';
import type { PodTemplateSpec, ServicePort, ServiceSpec, TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1';
import type { Labels } from '../manifest/labels';
import type { AutoscalingIntent } from './autoscaling';

/** A pod more before a pod less: capacity never drops during a rollout. */
export const deployment = (
  selector: Labels,
  replicas: number | undefined,
  template: PodTemplateSpec,
): { spec: DeploymentSpec } => ({
  spec: {
    replicas,
    selector: { matchLabels: { ...selector } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template,
  },
});

export const service = (selector: Labels, ports: ServicePort[]): { spec: ServiceSpec } => ({
  spec: { type: 'ClusterIP', selector: { ...selector }, ports },
});

/** The guest itself, in plain text. */
export const plainPort = (port: number): ServicePort => ({
  name: 'http',
  port,
  targetPort: 'http',
  protocol: 'TCP',
  appProtocol: 'http',
});

/** Nodes and zones share the pods where they can; a preference, so that a small cluster still takes them all. */
export const topologySpread = (selector: Labels): TopologySpreadConstraint[] =>
  ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...selector } },
  }));

/** One pod at a time leaves in a drain; a pod that never became ready does not hold the drain up. */
export const disruptionBudget = (selector: Labels): { spec: PodDisruptionBudgetSpec } => ({
  spec: { maxUnavailable: 1, selector: { matchLabels: { ...selector } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
});

export const autoscaler = (name: string, scaling: AutoscalingIntent): { spec: HorizontalPodAutoscalerSpec } => ({
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: scaling.minReplicas,
    maxReplicas: scaling.maxReplicas,
    metrics: [
      ...(scaling.cpuUtilization === undefined ? [] : [utilization('cpu', scaling.cpuUtilization)]),
      ...(scaling.memoryUtilization === undefined ? [] : [utilization('memory', scaling.memoryUtilization)]),
    ],
    behavior: {
      // A guest starts in seconds: double at once when needed, and think for five minutes before letting go.
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Percent', value: 100, periodSeconds: 15 },
          { type: 'Pods', value: 4, periodSeconds: 15 },
        ],
      },
      scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }] },
    },
  },
});

const utilization = (name: string, averageUtilization: number) => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
});
