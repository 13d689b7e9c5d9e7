import type { Labels } from '../manifest/labels';

/** The part of monitoring.coreos.com/v1 that we write. */
interface PodMonitorContent {
  readonly spec: {
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly namespaceSelector: { readonly matchNames: string[] };
    readonly podMetricsEndpoints: ReadonlyArray<{
      readonly port: string;
      readonly path: string;
      readonly interval: string;
    }>;
  };
}

/** Asks every proxy of the mesh for its metrics. */
export const podMonitor = (selector: Labels, namespaces: readonly string[]): PodMonitorContent => ({
  spec: {
    selector: { matchLabels: { ...selector } },
    namespaceSelector: { matchNames: [...new Set(namespaces)].sort() },
    podMetricsEndpoints: [{ port: METRICS_PORT_NAME, path: '/stats/prometheus', interval: '15s' }],
  },
});

/** Name of the port in the pods. */
export const METRICS_PORT_NAME = 'mesh-metrics';
