import { type Chart, Duration } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-28';
import {
  Distribution,
  ImageFormat,
  NodeProvisioner,
  ShimInstaller,
  ShimState,
  Taint,
  WasmNodePool,
  WasmRuntime,
} from '../../../lib';
import { DIGEST, moduleImage } from '../../support/programs';

/** A pool whose installer is told everything it can be told. Nothing in it is wrong. */
export function everyOption(platform: Chart): WasmNodePool {
  return new WasmNodePool(platform, 'installed', {
    runtime: WasmRuntime.WASMTIME,
    handler: 'wasmtime-installed',
    distribution: Distribution.AKS,
    provisioner: NodeProvisioner.existing({ nodeSelector: { 'example.com/pool': 'installed' } }),
    installer: ShimInstaller.daemonSet({
      shims: [
        { architecture: 'amd64', url: 'https://shims.example/amd64.tar.gz', sha256: 'a'.repeat(64) },
        { architecture: 'arm64', url: 'https://shims.example/arm64.tar.gz', sha256: 'b'.repeat(64) },
      ],
      probe: {
        image: moduleImage('probe'),
        format: ImageFormat.ARTIFACT,
        command: ['/probe.wasm'],
        args: ['--once'],
        timeout: Duration.minutes(1),
      },
      state: ShimState.PRESENT,
      namespace: 'wasm-system',
      image: `registry.example/node@${DIGEST}`,
      imagePullSecrets: [Secret.fromSecretName(platform, 'pull', 'registry')],
      installDirectory: '/opt/acme-wasm',
      drainTimeout: Duration.minutes(10),
      proxy: { url: EnvValue.fromValue('http://proxy.example:3128'), noProxy: ['.example'] },
      systemdCgroup: false,
      seLinuxType: 'spc_t',
      startupTaint: Taint.noSchedule('startup-taint.cluster-autoscaler.kubernetes.io/wasm'),
    }),
  });
}
