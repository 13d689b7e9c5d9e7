import { Secret } from 'cdk8s-plus-28';
import {
  CrunEngine,
  Distribution,
  ImageFormat,
  NodeProvisioner,
  WasmImage,
  WasmPayload,
  WasmRuntime,
} from '../../../lib';
import { all, DIGEST, findingsOf, imageOf, moduleImage, objectsOf } from '../../support/programs';
import { karpenter } from '../installers';
import { installed, SHA256, shim } from './installed';

type Arguments = Parameters<typeof installed>;
const findings = (...given: Arguments): string[] => findingsOf(installed(...given).chart);

beforeEach(() => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('what is installed', () => {
  test('refuses crun, which is no shim', () => {
    expect(findings({}, { runtime: WasmRuntime.crun(CrunEngine.WASMEDGE) })).toEqual([
      '[shop/edge] WASM0413: ShimInstaller.daemonSet() does nothing for crun-wasmedge: it is an OCI runtime, not a containerd shim; use ShimInstaller.preinstalled() and nodes that have it',
    ]);
  });

  test('refuses Krustlet, which is a kubelet', () => {
    const provisioner = NodeProvisioner.existing();
    expect(findings({}, { runtime: WasmRuntime.krustlet(), provisioner })).toEqual([
      '[shop/edge] WASM0413: ShimInstaller.daemonSet() does nothing for krustlet: it is a kubelet of its own, not a containerd shim; use ShimInstaller.krustlet()',
    ]);
  });

  test('accepts every shim of the catalogue, and one that is not in it', () => {
    const image = imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE });
    const application = imageOf(WasmPayload.SPIN_APP);
    const custom = WasmRuntime.custom({ name: 'acme' });
    const { WASMTIME, WASMEDGE, WASMER, WAMR, SPIN } = WasmRuntime;
    for (const runtime of [WASMTIME, WASMEDGE, WASMER, WAMR, custom])
      expect(findings({ probe: { image } }, { runtime })).toEqual([]);
    expect(findings({ probe: { image: application } }, { runtime: SPIN })).toEqual([]);
  });
});

describe('the nodes', () => {
  test('must be of a known kind: a guess could stop every pod of a node', () => {
    expect(findings({}, { distribution: undefined })).toEqual([
      '[shop/edge] WASM0414: ShimInstaller.daemonSet() is to change nodes of an unknown kind; set `distribution`: Distribution.KUBEADM for nodes with an ordinary /etc/containerd/config.toml',
    ]);
  });

  test.each([
    [
      Distribution.GKE_COS,
      'nodes of GKE on Container-Optimized OS cannot be changed from inside: /opt is read-only, the rest is noexec; use Distribution.GKE_UBUNTU, a node pool with the image type UBUNTU_CONTAINERD',
    ],
    [
      Distribution.BOTTLEROCKET,
      'nodes of Bottlerocket cannot be changed from inside: editing containerd is not supported; use Distribution.EKS_AL2023',
    ],
    [
      Distribution.TALOS,
      "nodes of Talos cannot be changed from inside: the root file system is read-only; use ShimInstaller.preinstalled(), with the shim's system extension in the image",
    ],
  ])('must be such as may be changed: $name', (distribution, text) => {
    expect(findings({}, { distribution })).toEqual([`[shop/edge] WASM0415: ${text}`]);
  });

  test('of OpenShift have neither containerd nor a way to change them', () => {
    expect(findings({}, { distribution: Distribution.OPENSHIFT })).toEqual([
      '[shop/edge] WASM0404: wasmtime is a containerd shim, and nodes of OpenShift run CRI-O; crun carries the Wasm engine; use WasmRuntime.crun() there, or another `distribution`',
      '[shop/edge] WASM0415: nodes of OpenShift cannot be changed from inside: the node is managed by the Machine Config Operator; use ShimInstaller.preinstalled() with WasmRuntime.crun(), which a MachineConfig enables',
    ]);
  });

  test('of a platform that was retired are refused once', () => {
    expect(findings({}, { distribution: Distribution.AKS_WASI })).toEqual([
      expect.stringMatching(/^\[shop\/edge\] WASM0406: /),
    ]);
  });

  test('without systemd cannot be restarted; their relatives with it can', () => {
    expect(findings({}, { distribution: Distribution.K3D })).toEqual([
      '[shop/edge] WASM0416: nodes of k3d have no systemd that could restart containerd; use ShimInstaller.preinstalled() and a node image with the shim in it',
    ]);
    expect(findings({}, { distribution: Distribution.K3S })).toEqual([]);
  });

  test('that exist must be told from all others before they have their shim', () => {
    expect(findings({}, { provisioner: NodeProvisioner.existing() })).toEqual([
      '[shop/edge] WASM0423: ShimInstaller.daemonSet() cannot tell the nodes of the pool from others before they have their shim; give NodeProvisioner.existing() a `nodeSelector` with labels that the nodes carry already',
    ]);
    expect(findings({}, { provisioner: karpenter() })).toEqual([]);
  });

  test.each(['1.6.36', '1.7.0'])('with containerd %s would not find the shim', (containerdVersion) => {
    expect(
      findings({ probe: { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }) } }, { containerdVersion }),
    ).toEqual([
      `[shop/edge] WASM0421: containerd 1.7.1 or 2.0 starts a shim by its path, and the pool says ${containerdVersion}; upgrade, or use ShimInstaller.preinstalled() with the shim on the PATH of containerd`,
    ]);
  });

  test.each(['1.7.1', '1.7.27', '2.0', '2.4.2'])('with containerd %s do', (containerdVersion) => {
    const image = imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE });
    expect(findings({ probe: { image } }, { containerdVersion })).toEqual([]);
  });
});

describe('shims', () => {
  test('there must be one for every architecture of the pool', () => {
    expect(findings({ shims: [shim('amd64')] })).toEqual([
      '[shop/edge] WASM0417: `shims` has none for arm64, which nodes of the pool may be; add it, or set `architectures` of the pool to those there are shims for',
    ]);
    expect(findings({ shims: [shim('amd64')] }, { architectures: ['amd64'] })).toEqual([]);
  });

  test('one for an architecture the pool has not is no mistake: the list may be shared', () => {
    expect(findings({}, { architectures: ['arm64'] })).toEqual([]);
  });

  test('there must not be two', () => {
    expect(findings({ shims: [shim('amd64'), shim('arm64'), shim('amd64')] })).toEqual([
      '[shop/edge] WASM0418: `shims` has 2 for amd64; keep one',
    ]);
  });

  test.each([
    ['sha256:', `sha256:${SHA256.amd64}`],
    ['capitals', SHA256.amd64.toUpperCase()],
    ['63 digits', SHA256.amd64.slice(1)],
    ['a line end', `${SHA256.amd64}\n`],
    ['nothing', ''],
  ])('refuses a digest with %s', (_what, sha256) => {
    expect(findings({ shims: [{ ...shim('amd64'), sha256 }] }, { architectures: ['amd64'] })).toEqual([
      `[shop/edge] WASM0419: \`sha256\` of the shim for amd64 is "${sha256}"; use the 64 hexadecimal digits, in lower case, that sha256sum prints for the file`,
    ]);
  });

  test.each(['ftp://shims.example/shim', 'shims.example/shim', 'https://me:secret@shims.example/shim', 'file:///shim'])(
    'refuses to download from %s',
    (url) => {
      expect(findings({ shims: [{ ...shim('amd64'), url }] }, { architectures: ['amd64'] })).toEqual([
        `[shop/edge] WASM0419: \`url\` of the shim for amd64 is "${url}"; use a URL of https: or http: without user`,
      ]);
    },
  );
});

describe('the agent', () => {
  test.each(['node:24-alpine', 'node@sha256:abc', `@${DIGEST}`, DIGEST, `node@${DIGEST}0`])(
    'refuses %s as its image, which is not pinned',
    (image) => {
      expect(findings({ image })).toEqual([
        `[shop/edge] WASM0420: \`image\` of the installer is ${image}, which can become another; write it with its digest, as name@sha256: and 64 hexadecimal digits`,
      ]);
    },
  );

  test.each(['/', '/opt', 'opt/acme', '/opt/acme/', '/opt/../etc', '/opt/acme wasm', '/opt//acme', '/opt/a:b', ''])(
    'refuses to keep shims in "%s"',
    (installDirectory) => {
      expect(findings({ installDirectory })).toEqual([
        `[shop/edge] WASM0422: \`installDirectory\` is "${installDirectory}"; use an absolute path of two parts or more, such as /opt/acme-wasm, of letters, digits, ., _ and -`,
      ]);
    },
  );

  test('accepts a directory of its own', () => {
    expect(findings({ installDirectory: '/var/lib/acme.wasm/v1_2' })).toEqual([]);
  });

  test('refuses a namespace that can be none, and a secret without a name', () => {
    const { chart } = installed();
    expect(findings({ namespace: 'Wasm', imagePullSecrets: [Secret.fromSecretName(chart, 'none', '')] })).toEqual([
      '[shop/edge] WASM0348: `imagePullSecrets` has an empty name; refer to an object that exists',
      expect.stringMatching(/^\[shop\/edge\] WASM0102: .*Wasm/),
    ]);
  });
});

describe('the probe', () => {
  test('must be something the runtime runs', () => {
    const image = imageOf(WasmPayload.HTTP_COMPONENT);
    expect(findings({ probe: { image } }, { runtime: WasmRuntime.WAMR })).toEqual([
      expect.stringMatching(/^\[shop\/edge\] WASM050\d: .*component:http.*wamr/),
    ]);
  });

  test('must be in a format the runtime takes', () => {
    const image = moduleImage();
    expect(findings({ probe: { image, format: ImageFormat.IMAGE } })).toEqual([
      expect.stringMatching(/^\[shop\/edge\] WASM03\d\d: .*`format`/),
    ]);
    expect(findings({ probe: { image, format: ImageFormat.ARTIFACT } })).toEqual([]);
  });

  test('must be pinned like every image', () => {
    const image = WasmImage.fromRegistry('ghcr.io/acme/probe:1', { payload: WasmPayload.MODULE });
    expect(findings({ probe: { image } })).toEqual([expect.stringMatching(/^\[shop\/edge\] WASM0204: /)]);
  });

  test('must be such as the containerd of the nodes can pull', () => {
    const { chart } = installed({}, { containerdVersion: '1.7.6' });
    expect(findingsOf(chart)).toEqual([
      `[shop/edge] WASM0334: ghcr.io/acme/probe@${DIGEST} as artifact needs containerd 1.6.25 or 1.7.7 or 2.0, and the pool says 1.7.6; upgrade, or set \`format\` to ImageFormat.IMAGE`,
    ]);
  });
});

test('errors arrive together, and nothing half is emitted', () => {
  const { chart } = installed(
    { shims: [], image: 'node', installDirectory: '/opt' },
    { distribution: undefined, provisioner: NodeProvisioner.existing() },
  );
  expect(findingsOf(chart).map((text) => /WASM\d{4}/.exec(text)?.[0])).toEqual([
    'WASM0414',
    'WASM0423',
    'WASM0417',
    'WASM0417',
    'WASM0420',
    'WASM0422',
  ]);
  expect(chart.node.findAll().filter(({ node }) => node.id.startsWith('DaemonSet'))).toEqual([]);
});

test('a name that the pool is refused for is not refused once more for every object', () => {
  const { chart } = installed({}, { name: 'Edge_1' });
  const about = findingsOf(chart);
  expect(about.length).toBeGreaterThan(0);
  expect(about.filter((text) => text.includes('shim-installer'))).toEqual([]);
  expect(all(installed().chart, 'DaemonSet').length + objectsOf(installed().chart).length).toBe(12);
});
