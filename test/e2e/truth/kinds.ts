import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { ShimInstaller, WasmRuntime } from '../../../lib';
import { governedExample } from '../../policy/governed-example';
import { everyGuard } from '../../support/every-guard';
import { everyProp } from '../../support/every-prop';
import { type Json, platform } from '../../support/programs';
import { cell, type Verdict, wordFor } from './report';

/** Every kind that the library can emit: of the example with every enforcer, two programs that use every prop, and Krustlet. */
export function emittedKinds(): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-kinds-'));
  const programs = [governedExample(outdir), everyProp(), everyGuard(), krustlet()];
  const objects = programs.flatMap((app) => app.charts.flatMap((chart) => chart.toJson() as Json[]));
  const kinds = objects.map(({ apiVersion, kind }) => (isConstraint(apiVersion) ? CONSTRAINT : String(kind)));
  return [...new Set(kinds)].sort();
}

/** The legacy runtime: its nodes join with a token, which is a Secret. */
function krustlet(): App {
  const bootstrapToken = { id: 'abc123', secret: '0123456789abcdef', expiration: '2026-01-31T12:00:00Z' };
  const installer = ShimInstaller.krustlet({ builtFromSource: true, bootstrapToken });
  return platform({ runtime: WasmRuntime.krustlet(), installer }).app;
}

/** Each rule has a kind of its own; they are judged alike. */
const CONSTRAINT = 'a constraint';
const isConstraint = (apiVersion: string): boolean => apiVersion.startsWith('constraints.gatekeeper.sh/');

/** Which tests show that an object does what it is for, `suite: title`. */
export const KIND_JUDGES: Readonly<Record<string, readonly string[]>> = {
  [CONSTRAINT]: ["admission: Gatekeeper's webhook denies the same attacks, and says which"],
  Certificate: ['shop: certificates are those of cert-manager', 'change: while every certificate is made anew'],
  ClusterRole: ['installer: a handler comes to both nodes while Wasm pods behind a Service go on answering'],
  ClusterRoleBinding: ['installer: a handler comes to both nodes while Wasm pods behind a Service go on answering'],
  ConfigMap: [
    'shop: the scheduled worker completes when its time comes',
    'shop: cart becomes ready with its Envoy, on nodes of the pool',
  ],
  ConstraintTemplate: ['admission: those of Gatekeeper bring everything into force, and the example runs'],
  CronJob: ['shop: the scheduled worker completes when its time comes'],
  DaemonSet: [
    'installer: a handler comes to both nodes while Wasm pods behind a Service go on answering',
    'installer: uninstalled, the node has no handler, no shim and no label',
  ],
  Deployment: [
    'shop: gateway becomes ready with its Envoy, on nodes of the pool',
    'change: while both services restart',
    'scheduling: 1,000 pods of 200 services land on a hundred nodes as declared',
  ],
  HorizontalPodAutoscaler: ['autoscaling: limits: the CPU of a guest is measured, and load brings it more pods'],
  Ingress: [],
  Job: [
    'shop: the one-off worker completes and says what it should',
    'security: a job in the mesh calls, ends, and its sidecar ends with it',
  ],
  Namespace: ['shop: gateway becomes ready with its Envoy, on nodes of the pool'],
  NetworkPolicy: [
    'network: probes pass, and what was declared goes through: by name, across nodes',
    'network: who was not declared does not get to what is called, nor to what is strict',
    'network: a caller gets to what it calls, and nowhere else',
  ],
  NodePool: [
    'karpenter: its pods get nodes, with the labels and taints of the pool',
    'karpenter: until the startup taint goes, the installer alone is on them, and no more nodes come',
  ],
  PodDisruptionBudget: ['scheduling: the disruption budget holds in a drain', 'change: while a node is drained'],
  PodMonitor: ['shop: where the PodMonitor points, there are metrics'],
  Role: ['installer: a handler comes to both nodes while Wasm pods behind a Service go on answering'],
  RoleBinding: ['installer: a handler comes to both nodes while Wasm pods behind a Service go on answering'],
  RuntimeClass: [
    'scheduling: what the RuntimeClass says is merged into them',
    'scheduling: they run on the nodes of the pool alone',
    'scheduling: a quota counts the overhead',
  ],
  Secret: [],
  Service: ['shop: the gateway answers through two hops of mTLS, and the trace arrives at the last service'],
  ServiceAccount: ['security: without `calls()` a member gets 403, with it 200'],
  ValidatingAdmissionPolicy: ['admission: native policy denies one attack for each rule, and says which'],
  ValidatingAdmissionPolicyBinding: ['admission: native policy denies one attack for each rule, and says which'],
};

/** Why nobody in the cluster judges a kind. */
export const UNJUDGED: Readonly<Record<string, string>> = {
  Secret: 'only the token of Krustlet is one, and no Krustlet runs here',
  Ingress: 'the cluster has no ingress controller; it is cdk8s-plus that emits it',
};

/** One row for each kind. */
export function judgedKinds(verdicts: readonly Verdict[]): string {
  const rows = emittedKinds().map((kind) => {
    const judges = KIND_JUDGES[kind] ?? [];
    const found = judges.flatMap((judge) => verdicts.filter(({ suite, title }) => judge === `${suite}: ${title}`));
    const said = judges.length > 0 ? judges.join('; ') : `nobody: ${UNJUDGED[kind]}`;
    return `| ${kind} | ${cell(said)} | ${found.length < judges.length ? '**not run**' : wordFor(found)} |`;
  });
  return ['| kind | judge in the cluster | last verdict |', '| --- | --- | --- |', ...rows].join('\n');
}
