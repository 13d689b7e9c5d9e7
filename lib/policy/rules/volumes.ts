import {
  cronJobOf,
  debugContainer,
  deploymentOf,
  jobOf,
  plainPod,
  sidecar,
  statefulSetOf,
  WASM,
  wasmPod,
  wasmPodWith,
} from './fixtures';
import { POD_MAKERS } from './match';
import type { CelVariable, Fixture, Rule } from './rule';
import { CONTAINERS, IS_WASM, VOLUMES } from './variables';

type Json = Readonly<Record<string, unknown>>;

/** Names of volumes that keep what a pod writes. */
const KEPT: CelVariable = {
  name: 'keptVolumes',
  reads: [VOLUMES],
  uses: [],
  cel: `variables.volumes.filter(v,
  !v.all(k, k in ['name', 'emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI', 'image'])
  && !(has(v.persistentVolumeClaim) && has(v.persistentVolumeClaim.readOnly) && v.persistentVolumeClaim.readOnly)
).map(v, v.name)`,
};

const volume = (source: Json): Json => ({ volumes: [{ name: 'data', ...source }] });
const mount = (mountPath: string, more: Json = {}): Json => ({ volumeMounts: [{ name: 'data', mountPath, ...more }] });
const mounting = (source: Json, mountPath = '/data', more: Json = {}): Fixture =>
  wasmPodWith(mount(mountPath, more), volume(source));
const claim = { persistentVolumeClaim: { claimName: 'data' } };

export const volumes: Rule = {
  id: 'wasm-volumes',
  title: 'volumes of known types, writable where it was said',
  match: POD_MAKERS,
  reads: [IS_WASM, CONTAINERS, KEPT],
  uses: ['volumeTypes', 'writablePaths'],
  cel: `!variables.isWasm || (
  variables.volumes.all(v, v.all(k, k == 'name' || k in variables.volumeTypes))
  && variables.containers.all(c,
    (!has(c.volumeDevices) || size(c.volumeDevices) == 0)
    && (!has(c.volumeMounts) || c.volumeMounts.all(m,
      (has(m.readOnly) && m.readOnly) || !(m.name in variables.keptVolumes)
      || variables.writablePaths.exists(p, m.mountPath == p
        || (m.mountPath.startsWith(p.endsWith('/') ? p : p + '/') && !m.mountPath.contains('..')))))))`,
  message: 'a Wasm pod has a volume of a type that is not admitted, or writes where it was not said',
  remedy: 'use a ConfigMap, Secret, PersistentVolumeClaim or emptyDir, read-only or under a path of `writablePaths`',
  because: 'the shims hand a guest the whole root of its container: every mount is a preopened directory',
  source: 'runwasi containerd-shim-wasmtime src/instance.rs, wasi_builder',
  fixtures: {
    given: {
      runtimeClasses: [WASM],
      volumeTypes: ['configMap', 'secret', 'emptyDir', 'projected', 'downwardAPI', 'persistentVolumeClaim'],
      writablePaths: ['/data', '/var/orders/'],
    },
    admits: {
      'no volumes': wasmPod(),
      'a ConfigMap': mounting({ configMap: { name: 'settings' } }, '/etc/settings'),
      'a Secret in a CronJob': cronJobOf(mounting({ secret: { secretName: 'key' } }, '/etc/key', { readOnly: true })),
      'scratch space anywhere': mounting({ emptyDir: {} }, '/tmp'),
      'projected certificates': mounting({
        projected: { sources: [{ configMap: { name: 'ca' } }, { secret: { name: 'certificate' } }] },
      }),
      'a claim where it was said': mounting(claim),
      'a claim below that': mounting(claim, '/data/orders'),
      'a claim below a path that ends with a slash': mounting(claim, '/var/orders/new'),
      'a claim elsewhere, read-only': mounting(claim, '/var/lib', { readOnly: true }),
      'a read-only claim elsewhere': mounting({ persistentVolumeClaim: { claimName: 'data', readOnly: true } }, '/srv'),
      'the disk of the node in an ordinary pod': plainPod(volume({ hostPath: { path: '/' } })),
    },
    denies: {
      'the disk of the node': mounting({ hostPath: { path: '/' } }),
      'the disk of the node, read-only': mounting({ hostPath: { path: '/etc' } }, '/data', { readOnly: true }),
      'the disk of the node, mounted nowhere': wasmPod(volume({ hostPath: { path: '/' } })),
      'a disk of the network': mounting({ nfs: { server: 'nas.example', path: '/' } }),
      'a driver on the node': mounting({ csi: { driver: 'host.csi.example' } }),
      'a type behind a good one': wasmPod({
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'data', hostPath: { path: '/run/containerd' } },
        ],
      }),
      'a claim elsewhere': mounting(claim, '/var/lib'),
      'a claim in a path that ends alike': mounting(claim, '/srv/data/orders'),
      'a claim elsewhere, behind a good mount': wasmPodWith(
        {
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'data', mountPath: '/var/lib' },
          ],
        },
        volume(claim),
      ),
      'a claim beside the path': mounting(claim, '/database'),
      'a claim that climbs out of the path': mounting(claim, '/data/../etc'),
      'a claim that says it is not read-only': mounting(claim, '/var/lib', { readOnly: false }),
      'a raw disk': wasmPodWith({ volumeDevices: [{ name: 'data', devicePath: '/dev/xvda' }] }, volume(claim)),
      'a claim elsewhere in a sidecar': wasmPod({
        ...volume(claim),
        initContainers: [sidecar({ restartPolicy: 'Always', ...mount('/var/lib') })],
      }),
      'a claim elsewhere in a debug container': wasmPod({
        ...volume(claim),
        ephemeralContainers: [debugContainer(mount('/var/lib'))],
      }),
      'the disk of the node in a Deployment': deploymentOf(mounting({ hostPath: { path: '/' } })),
      'the disk of the node in a StatefulSet': statefulSetOf(mounting({ hostPath: { path: '/' } })),
      'the disk of the node in a Job': jobOf(mounting({ hostPath: { path: '/' } })),
    },
  },
};
