import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiConnection } from './api/api-connection';
import { type KubernetesApi, kubernetesApi } from './api/kubernetes-api';
import { controlPlaneRecipe } from './control-plane.recipe';
import { freePorts } from './machine/free-ports';
import { ScratchProcess } from './machine/scratch-process';
import { until } from './machine/until';
import { cachedTool } from './tool-cache';

/**
 * A real API server with its etcd, on loopback, empty and one's own. No controllers: Deployments make no pods, and a
 * namespace has no default ServiceAccount.
 */
export interface ControlPlane extends KubernetesApi {
  /** `https://127.0.0.1:…` */
  readonly url: string;
  /** For other programs: a kubeconfig file with all rights, gone after `stop`. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** @throws when the program is not in the cache; `prepare.ts` puts it there */
export async function startControlPlane(): Promise<ControlPlane> {
  const tool = cachedTool(controlPlaneRecipe);
  if (tool === undefined) throw new Error('the control plane is not in the cache: run prepare.ts');
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(join(tool, 'control-plane'));
    } catch (error) {
      // A port that was free a moment ago may be somebody else's now.
      const portTaken = error instanceof Error && error.message.includes('address already in use');
      if (!portTaken || attempt === 3) throw error;
    }
  }
}

async function start(program: string): Promise<ControlPlane> {
  const [apiPort, etcdPort, peerPort] = await freePorts(3);
  const url = `https://127.0.0.1:${apiPort}`;
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const token = randomUUID();
  const key = serviceAccountKey();
  const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-control-plane-')); // late: from `run` on it is cleaned up
  writeFileSync(join(scratch, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`);
  writeFileSync(join(scratch, 'service-account.key'), key);

  const run = (part: string, flags: string[]) => ScratchProcess.start(program, part, flags, scratch);
  const etcd = run('etcd', etcdFlags(scratch, etcdUrl, `http://127.0.0.1:${peerPort}`));
  const apiServer = run('kube-apiserver', apiServerFlags(scratch, apiPort, etcdUrl));
  const stopPrograms = async () => {
    await Promise.all([apiServer.stop(), etcd.stop()]);
    rmSync(scratch, { recursive: true, force: true }); // there still if a program never ran or had to be killed
  };
  try {
    const certificate = join(scratch, 'certificates', 'apiserver.crt');
    const connection = await until('the API server is ready', 120, () => {
      const why = etcd.whyEnded() ?? apiServer.whyEnded();
      if (why !== undefined) throw new Error(why);
      return connectIfReady(url, token, certificate);
    });
    return {
      ...kubernetesApi(connection),
      url,
      kubeconfig: writeKubeconfig(join(scratch, 'kubeconfig'), url, token, certificate),
      async stop() {
        connection.close();
        await stopPrograms();
      },
    };
  } catch (error) {
    await stopPrograms();
    throw error;
  }
}

/** The server signs its own certificate on its first start; that one, and no other, is trusted. */
async function connectIfReady(url: string, token: string, certificate: string): Promise<ApiConnection | undefined> {
  if (!existsSync(certificate)) return undefined;
  const connection = new ApiConnection(url, token, readFileSync(certificate, 'utf8'));
  try {
    await connection.send({ method: 'GET', path: '/readyz' });
    return connection;
  } catch {
    connection.close();
    return undefined;
  }
}

function etcdFlags(scratch: string, clientUrl: string, peerUrl: string): string[] {
  return [
    `--data-dir=${join(scratch, 'etcd')}`,
    '--unsafe-no-fsync', // nobody reads these files after a crash
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
  ];
}

function apiServerFlags(scratch: string, port: number, etcdUrl: string): string[] {
  const key = join(scratch, 'service-account.key');
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none', // it would refuse to publish a loopback address
    `--cert-dir=${join(scratch, 'certificates')}`,
    `--token-auth-file=${join(scratch, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount', // no controller makes the account that it asks of every pod
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--allow-privileged=true', // as installers of node software need it
  ];
}

function serviceAccountKey(): string {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  }).privateKey;
}

function writeKubeconfig(file: string, server: string, token: string, certificate: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': certificate } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  return file;
}
