import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError } from '../api/api-connection';
import type { KubernetesApi } from '../api/kubernetes-api';
import type { KubernetesObject, ObjectHead } from '../api/kubernetes-object';
import { gatekeeperRecipe } from '../gatekeeper.recipe';
import { freePorts } from '../machine/free-ports';
import { GuardedProcess } from '../machine/guarded-process';
import { until } from '../machine/until';
import { cachedTool } from '../tool-cache';

/** Gatekeeper's manager with its webhook, beside an API server that has its CRDs. */
export interface Gatekeeper {
  /** Its webhook judges from now on; with failurePolicy Fail. */
  guard(): Promise<void>;
  /** Templates first; constraints once their kinds exist: as the published commands do. */
  install(templates: readonly ObjectHead[], constraints: readonly ObjectHead[]): Promise<void>;
  stop(): Promise<void>;
}

/** @param api with the CRDs of Gatekeeper @param kubeconfig with every right */
export async function startGatekeeper(api: KubernetesApi, kubeconfig: string): Promise<Gatekeeper> {
  const tool = cachedTool(gatekeeperRecipe);
  if (tool === undefined) throw new Error('Gatekeeper is not in the cache: run prepare.ts');
  const [port, health, metrics] = await freePorts(3);
  const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-gatekeeper-'));
  const ca = servingCertificate(scratch);
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  const manager = new GuardedProcess(
    'gatekeeper',
    join(tool, 'gatekeeper'),
    [
      `--kubeconfig=${kubeconfig}`,
      '--host=127.0.0.1',
      `--port=${port}`,
      `--health-addr=127.0.0.1:${health}`,
      `--prometheus-port=${metrics}`,
      `--cert-dir=${scratch}`,
      '--disable-cert-rotation',
      '--debug-use-fake-pod',
      ...['webhook', 'status', 'generate'].map((operation) => `--operation=${operation}`),
      `--exempt-namespace=${NAMESPACE}`,
    ],
    scratch,
    { POD_NAME: 'gatekeeper', POD_NAMESPACE: NAMESPACE, NAMESPACE, CONTAINER_NAME: 'manager' },
  );
  const runs = () => manager.assertRuns();
  const guard = async () => void (await api.apply(webhook(`https://127.0.0.1:${port}/v1/admit`, ca)));
  return {
    guard,
    async install(templates, constraints) {
      await take(api, templates, runs);
      for (const constraint of constraints) await takeConstraint(api, constraint, runs);
      await guard();
    },
    stop: () => manager.stop(),
  };
}

/** What the webhook says against an object, `[RULE] message`s; undefined where it is admitted. */
export async function gatekeeperRefusal(change: () => Promise<unknown>): Promise<readonly string[] | undefined> {
  try {
    await change();
    return undefined;
  } catch (error) {
    const denied = error instanceof ApiError ? DENIED.exec(error.message) : null;
    if (denied === null) throw error;
    return (denied[1] ?? '').split('\n');
  }
}

const NAMESPACE = 'gatekeeper-system';
const DENIED = /^admission webhook "validation\.gatekeeper\.sh" denied the request: (.*)$/s;

async function take(api: KubernetesApi, templates: readonly ObjectHead[], runs: () => void): Promise<void> {
  for (const template of templates) await api.apply(template);
  for (const template of templates) {
    await until(`Gatekeeper takes ${template.metadata.name}`, 60, async () => {
      runs();
      const { status } = (await api.get(template)) as KubernetesObject & { status?: { created?: boolean } };
      return status?.created || undefined;
    });
  }
}

/** Its kind is there some moments after its template was taken. */
async function takeConstraint(api: KubernetesApi, constraint: ObjectHead, runs: () => void): Promise<void> {
  await until(`the kind ${constraint.kind} exists`, 60, async () => {
    runs();
    return api.apply(constraint).catch(() => undefined);
  });
}

/** As the chart of Gatekeeper has it, but fail-closed and for an address instead of a Service. */
const webhook = (url: string, ca: string): ObjectHead =>
  ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'gatekeeper-validating-webhook-configuration' },
    webhooks: [
      {
        name: 'validation.gatekeeper.sh',
        admissionReviewVersions: ['v1', 'v1beta1'],
        clientConfig: { url, caBundle: Buffer.from(ca).toString('base64') },
        failurePolicy: 'Fail',
        matchPolicy: 'Exact',
        sideEffects: 'None',
        timeoutSeconds: 10,
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [NAMESPACE] }],
        },
        rules: [
          {
            apiGroups: ['*'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['*', 'pods/ephemeralcontainers'],
          },
        ],
      },
    ],
  }) as ObjectHead;

/** `tls.crt` and `tls.key` for the loopback address; the certificate is its own authority. */
function servingCertificate(directory: string): string {
  const [certificate, key] = ['tls.crt', 'tls.key'].map((file) => join(directory, file));
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
      ...['-subj', '/CN=gatekeeper', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', String(key), '-out', String(certificate)],
    ],
    { stdio: 'pipe' },
  );
  return readFileSync(String(certificate), 'utf8');
}
