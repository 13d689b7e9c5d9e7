import type { AgentSettings } from '../../../lib/node-pool/installers/agent-settings';
import type { NodeShape } from './node-shapes';
import { BINARY } from './shim-server';

export const settingsFor = (shape: NodeShape, more: Partial<AgentSettings> = {}): AgentSettings => ({
  pool: 'edge',
  handler: 'wasmtime',
  runtimeType: 'io.containerd.wasmtime.v1',
  binary: BINARY,
  systemdCgroup: true,
  installDirectory: '/opt/cdk8s-wasm',
  shims: [],
  containerd: shape.settings,
  probe: {
    image: `registry.example/probe@sha256:${'a'.repeat(64)}`,
    command: ['/probe'],
    args: [],
    runtimeClassName: 'edge-probe',
    timeoutSeconds: 5,
    imagePullSecrets: [],
  },
  readyLabelKey: 'cdk8s-wasm.dev/shim-wasmtime',
  startupTaints: [{ key: 'readiness.k8s.io/wasm-wasmtime', effect: 'NoSchedule' }],
  drainTimeoutSeconds: 5,
  state: 'present',
  ...more,
});
