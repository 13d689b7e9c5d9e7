import { CRI_V2, CRI_V3 } from '../../../agent/containerd/containerd-config';
import { findBlock, handlerBlock, withBlock } from '../../../agent/containerd/handler-block';
import type { HostFiles } from '../../../agent/containerd/handler-files';
import { planHandler } from '../../../agent/containerd/plan-handler';
import type { AgentSettings } from '../../../lib/node-pool/installers/agent-settings';
import { shapeOf } from '../support/node-shapes';
import { settingsFor } from '../support/settings';

const MAIN = '/etc/containerd/config.toml';
const kubeadm = settingsFor(shapeOf('kubeadm with containerd 2.4'));
const k3s = settingsFor(shapeOf('k3s with containerd 2.1'));
const k0s = settingsFor(shapeOf('k0s with containerd 2.1'));

const files = (content: Record<string, string>): HostFiles => ({
  read: async (path) => content[path],
  isSymlink: async () => false,
  list: async (directory) =>
    Object.keys(content)
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1)),
});
const plan = (content: Record<string, string>, settings: AgentSettings = kubeadm) =>
  planHandler(settings, files(content));

describe('the handler’s table', () => {
  test('names the shim by its link, and says SystemdCgroup as a boolean', () => {
    expect(handlerBlock(kubeadm, CRI_V3)).toMatchInlineSnapshot(`
      "# BEGIN cdk8s-wasm wasmtime (the node agent's; edits are lost)
      [plugins."io.containerd.cri.v1.runtime".containerd.runtimes."wasmtime"]
        runtime_type = "io.containerd.wasmtime.v1"
        runtime_path = "/opt/cdk8s-wasm/wasmtime/bin/containerd-shim-wasmtime-v1"
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes."wasmtime".options]
          SystemdCgroup = true
      # END cdk8s-wasm wasmtime
      "
    `);
  });

  test.each(['', 'version = 2\n', 'version = 2', 'a = 1\n\n\n# the end\n'])('goes in and out of %j again', (text) => {
    const block = handlerBlock(kubeadm, CRI_V2);
    const written = withBlock(text, 'wasmtime', block);
    expect(findBlock(written, 'wasmtime')).toBe(block);
    expect(withBlock(written, 'wasmtime', undefined).trimEnd()).toBe(text.trimEnd());
    expect(withBlock(written, 'wasmtime', block)).toBe(written);
  });

  test('is not taken for that of a handler whose name begins alike', () => {
    const other = handlerBlock({ ...kubeadm, handler: 'wasmtime-next' }, CRI_V3);
    const own = handlerBlock(kubeadm, CRI_V3);
    const both = withBlock(withBlock('version = 3\n', 'wasmtime-next', other), 'wasmtime', own);
    expect(findBlock(both, 'wasmtime')).toBe(own);
    expect(withBlock(both, 'wasmtime', undefined)).toBe(withBlock('version = 3\n', 'wasmtime-next', other));
    expect(findBlock(withBlock('', 'wasmtime-next', other), 'wasmtime')).toBeUndefined();
  });
});

describe('where the table goes', () => {
  const block = async (content: Record<string, string>, settings?: AgentSettings) => {
    const { changes } = await plan(content, settings);
    return changes.map(({ file, after = '' }) => [file.path, after.match(/io\.containerd\.[a-z0-9.]+(?=")/)?.[0]]);
  };

  test.each([
    ['version = 2\n', MAIN, CRI_V2],
    ['version = 3\n', MAIN, CRI_V3],
    ['version = 4\n', MAIN, CRI_V3],
    ['version = 2\nimports = ["/etc/containerd/conf.d/*.toml"]\n', MAIN, CRI_V2],
    [
      'version = 3\nimports = ["/etc/containerd/conf.d/*.toml"]\n',
      '/etc/containerd/conf.d/cdk8s-wasm-wasmtime.toml',
      CRI_V3,
    ],
    ['version = 3\nimports = ["conf.d/*.toml"]\n', '/etc/containerd/conf.d/cdk8s-wasm-wasmtime.toml', CRI_V3],
    ['version = 3\nimports = ["/etc/containerd/extra.toml"]\n', MAIN, CRI_V3],
    ['version = 3\nimports = ["/usr/share/containerd/*.toml"]\n', MAIN, CRI_V3],
    [
      `version = 2\n[plugins."${CRI_V3}".containerd.runtimes.runc]\nruntime_type = "io.containerd.runc.v2"\n`,
      MAIN,
      CRI_V3,
    ],
  ])('%j: %s, %s', async (text, path, plugin) => {
    expect(await block({ [MAIN]: text })).toEqual([[path, plugin]]);
  });

  test('a template in use is extended, of whichever version it is', async () => {
    const directory = '/var/lib/rancher/k3s/agent/etc/containerd';
    const rendered = { [`${directory}/config.toml`]: 'version = 2\n' };
    const own = { [`${directory}/config.toml.tmpl`]: '{{ template "base" . }}\n# ours\n' };
    expect(await block({ ...rendered, ...own }, k3s)).toEqual([[`${directory}/config.toml.tmpl`, CRI_V2]]);
  });

  test('moves from the main file to a drop-in once the main file imports some', async () => {
    const old = handlerBlock(kubeadm, CRI_V3);
    const text = withBlock('version = 3\nimports = ["/etc/containerd/conf.d/*.toml"]\n', 'wasmtime', old);
    const { changes } = await plan({ [MAIN]: text });
    expect(changes.map(({ file, before, after }) => [file.path, before !== undefined, after !== undefined])).toEqual([
      ['/etc/containerd/conf.d/cdk8s-wasm-wasmtime.toml', false, true],
      [MAIN, true, false],
    ]);
  });

  test('knows whose pods outlive a restart', async () => {
    const runtimes = ['runc', 'nvidia', 'kata']
      .map(
        (name) =>
          `[plugins."${CRI_V3}".containerd.runtimes.${name}]\nruntime_type = "io.containerd.${name === 'kata' ? 'kata' : 'runc'}.v2"\n`,
      )
      .join('');
    expect((await plan({ [MAIN]: `version = 3\n${runtimes}` })).runcHandlers).toEqual(['runc', 'nvidia']);
  });
});

describe('a table of that name that somebody else wrote', () => {
  const foreign = (more: string) =>
    `version = 3\n[plugins."${CRI_V3}".containerd.runtimes.wasmtime]\nruntime_type = "io.containerd.wasmtime.v1"\n${more}`;

  test('is left alone when it says the same, as one that was written before containerd’s first start', async () => {
    const same = foreign(
      'runtime_path = "/opt/cdk8s-wasm/wasmtime/bin/containerd-shim-wasmtime-v1"\noptions = { SystemdCgroup = true }\n',
    );
    expect((await plan({ [MAIN]: same })).changes).toEqual([]);
  });

  test('is a refusal when it says something else', async () => {
    await expect(plan({ [MAIN]: foreign('') })).rejects.toThrow(
      'containerd already has a handler "wasmtime" that is not of this pool ' +
        '(io.containerd.wasmtime.v1, looked up on the PATH); remove it or give the pool another handler',
    );
  });

  test('also in a drop-in', async () => {
    const main = 'version = 3\nimports = ["/etc/containerd/conf.d/*.toml"]\n';
    await expect(plan({ [MAIN]: main, '/etc/containerd/conf.d/99-wasm.toml': foreign('') })).rejects.toThrow(
      'containerd already has a handler "wasmtime"',
    );
  });

  test('does not count under a plugin that containerd does not read', async () => {
    const ignored = foreign('').replace(CRI_V3, CRI_V2);
    expect((await plan({ [MAIN]: ignored })).changes).toHaveLength(1);
  });

  test('k3s makes one for a shim that it finds on its PATH', async () => {
    const rendered = '/var/lib/rancher/k3s/agent/etc/containerd/config.toml';
    await expect(plan({ [rendered]: foreign('') }, k3s)).rejects.toThrow('containerd already has a handler "wasmtime"');
  });

  test('does not hinder an uninstall', async () => {
    expect((await plan({ [MAIN]: foreign('') }, { ...kubeadm, state: 'absent' })).changes).toEqual([]);
  });
});

describe('a configuration that the agent does not touch', () => {
  test.each([
    ['none at all', {}, kubeadm, `there is no ${MAIN}; make one with: containerd config default > ${MAIN}`],
    [
      'an empty one',
      { [MAIN]: ' \n' },
      kubeadm,
      `there is no ${MAIN}; make one with: containerd config default > ${MAIN}`,
    ],
    [
      'of the first version',
      { [MAIN]: 'root = "/x"\n' },
      kubeadm,
      `${MAIN} has the version 1, which containerd 2 does not read; migrate it to 2 or 3`,
    ],
    ['not TOML', { [MAIN]: 'version = \n' }, kubeadm, `${MAIN} is not TOML: `],
    [
      'with inline runtimes',
      {
        [MAIN]: `version = 3\n[plugins."${CRI_V3}".containerd]\nruntimes = { runc = { runtime_type = "io.containerd.runc.v2" } }\n`,
      },
      kubeadm,
      `${MAIN} is not TOML: `,
    ],
    [
      'of a k3s that has not started',
      {},
      k3s,
      '/var/lib/rancher/k3s/agent/etc/containerd/config.toml has not been rendered yet',
    ],
    ['of no k0s', {}, k0s, 'there is no /etc/k0s/containerd.toml: the distribution makes it when it starts'],
    [
      'that k0s does not manage',
      { '/etc/k0s/containerd.toml': 'version = 3\n' },
      k0s,
      '/etc/k0s/containerd.toml has lost the line "# k0s_managed=true", so /etc/k0s/containerd.d is not read',
    ],
  ])('%s', async (_name, content: Record<string, string>, settings, message) => {
    await expect(plan(content, settings)).rejects.toThrow(message);
  });
});
