import {
  container,
  cronJobOf,
  deploymentOf,
  plainPod,
  sidecar,
  statefulSetOf,
  WASM,
  wasmPod,
  wasmPodWith,
} from './fixtures';
import { POD_MAKERS } from './match';
import type { Rule } from './rule';
import { CONTAINERS, RUNTIME_CLASS } from './variables';

const exec = { exec: { command: ['true'] } };
const http = { httpGet: { path: '/healthz', port: 8080 } };
const native = (parts: Readonly<Record<string, unknown>>) =>
  wasmPod({ initContainers: [sidecar({ restartPolicy: 'Always', ...parts })] });

/** The field of a container holds no command. */
const withoutExec = (field: string) => `(!has(c.${field}) || !has(c.${field}.exec))`;

export const noExec: Rule = {
  id: 'wasm-no-exec',
  title: 'no probe or hook by command',
  match: POD_MAKERS,
  reads: [RUNTIME_CLASS, CONTAINERS],
  uses: ['withoutExec'],
  cel: `!(variables.runtimeClass in variables.withoutExec) || variables.containers.all(c,
  ${withoutExec('startupProbe')} && ${withoutExec('readinessProbe')} && ${withoutExec('livenessProbe')}
  && (!has(c.lifecycle) || (${withoutExec('lifecycle.postStart')} && ${withoutExec('lifecycle.preStop')})))`,
  message: 'a probe or a hook runs a command in a pod whose runtime cannot',
  remedy: 'use httpGet, tcpSocket or grpc probes, and sleep or httpGet hooks',
  because: 'a liveness probe by exec never restarts anything, a startup probe by exec waits for ever, in sidecars too',
  source: 'observed on a real node: Task/Exec is not supported',
  fixtures: {
    given: { withoutExec: [WASM] },
    admits: {
      'no probes': wasmPod(),
      'an http probe': wasmPodWith({ livenessProbe: http, readinessProbe: http, startupProbe: http }),
      'a tcp probe': wasmPodWith({ livenessProbe: { tcpSocket: { port: 8080 } } }),
      'a grpc probe of a sidecar': native({ startupProbe: { grpc: { port: 9090 } } }),
      'a hook that sleeps': wasmPodWith({ lifecycle: { preStop: { sleep: { seconds: 3 } } } }),
      'a hook that calls': wasmPodWith({ lifecycle: { postStart: http } }),
      'a command in an ordinary pod': plainPod({ containers: [container({ livenessProbe: exec })] }),
      'a command under a runtime that can': deploymentOf(
        plainPod({ runtimeClassName: 'crun-edge', containers: [container({ livenessProbe: exec })] }),
      ),
    },
    denies: {
      'a liveness probe': wasmPodWith({ livenessProbe: exec }),
      'a readiness probe': wasmPodWith({ readinessProbe: exec }),
      'a startup probe': wasmPodWith({ startupProbe: exec }),
      'a hook after the start': wasmPodWith({ lifecycle: { postStart: exec } }),
      'a hook before the stop': wasmPodWith({ lifecycle: { preStop: exec } }),
      'a startup probe of a native sidecar': native({ startupProbe: exec }),
      'a hook of a native sidecar': native({ lifecycle: { preStop: exec } }),
      'a probe of a second container': wasmPod({ containers: [container(), sidecar({ readinessProbe: exec })] }),
      'one hook of two': wasmPodWith({ lifecycle: { postStart: http, preStop: exec } }),
      'a probe in a Deployment': deploymentOf(wasmPodWith({ livenessProbe: exec })),
      'a probe in a StatefulSet': statefulSetOf(wasmPodWith({ startupProbe: exec })),
      'a probe in a CronJob': cronJobOf(wasmPodWith({ livenessProbe: exec })),
    },
  },
};
