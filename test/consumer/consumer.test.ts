import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { scratchFolder } from '../examples/places';
import type { Json } from '../support/programs';
import { type PackedPackage, packPackage } from './package';
import { ConsumerProject, type Peers } from './project';

// Installs twice; without npm's cache that takes as long as the network does.
jest.setTimeout(180_000);

const scratch = scratchFolder();
let tarball: PackedPackage;
beforeAll(async () => {
  tarball = await packPackage(scratch);
});

describe.each<[string, Peers]>([
  ['the peers of today', { cdk8s: '2.70.106', 'cdk8s-plus-28': '2.5.6', constructs: '10.8.1' }],
  ['the oldest peers it declares', { cdk8s: '2.70.0', 'cdk8s-plus-28': '2.5.6', constructs: '10.5.0' }],
])('with %s', (title, peers) => {
  let project: ConsumerProject;
  beforeAll(async () => {
    project = await ConsumerProject.install(join(scratch, title.replaceAll(' ', '-')), tarball, peers);
  });

  test('it installs beside them, each once', () => {
    const versions = Object.keys(peers).map((name) => {
      const { version } = JSON.parse(project.read(`node_modules/${name}/package.json`));
      return [name, version];
    });
    expect(Object.fromEntries(versions)).toEqual(peers);
    expect(project.installed().filter((name) => /pulumi|kubernetes-types|jsii/.test(name))).toEqual([]);
    expect(project.installed()).toContain('cdk8s-wasm');
  });

  test('CommonJS requires it', async () => {
    project.write('required.cjs', "console.log(typeof require('cdk8s-wasm').WasmNodePool);");
    expect(await project.node('required.cjs')).toEqual({ code: 0, stdout: 'function\n', stderr: '' });
  });

  test('an ES module imports it by the names of its exports', async () => {
    project.write(
      'imported.mjs',
      "import { WasmImage, WasmNodePool } from 'cdk8s-wasm'; console.log(typeof WasmImage, typeof WasmNodePool);",
    );
    expect(await project.node('imported.mjs')).toEqual({ code: 0, stdout: 'function function\n', stderr: '' });
  });

  test('manifest and assembly can be found, files inside cannot', async () => {
    project.write(
      'resolved.cjs',
      `const { resolve } = require;
       for (const file of ['package.json', '.jsii', 'build/index.js']) {
         try { console.log(file, typeof resolve('cdk8s-wasm/' + file)); } catch ({ code }) { console.log(file, code); }
       }`,
    );
    const { stdout } = await project.node('resolved.cjs');
    expect(stdout).toBe('package.json string\n.jsii string\nbuild/index.js ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });

  describe.each([
    ['node10', 'commonjs', { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }],
    ['node16', 'commonjs', { module: 'node16', moduleResolution: 'node16' }],
    ['node16', 'module', { module: 'node16', moduleResolution: 'node16' }],
    ['bundler', 'module', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('TypeScript with the module resolution %s, in a package of type %s', (resolution, type, options) => {
    const output = `${resolution}-${type}`;
    let errors: string[];
    beforeAll(async () => {
      const own = { name: 'consumer', version: '1.0.0', private: true, type };
      project.write('package.json', JSON.stringify({ ...JSON.parse(project.read('package.json')), ...own }));
      errors = await project.compile(output, options);
    });

    test('has no error in the program', () => {
      expect(errors.filter((error) => !error.includes('node_modules/'))).toEqual([]);
    });

    test('has no error in the declarations of the package', () => {
      expect(errors.filter((error) => error.includes('node_modules/cdk8s-wasm/'))).toEqual([]);
    });

    test('emits a program that writes the manifests', async () => {
      const ended = await project.node(join(output, 'shop.js'));
      expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
      const objects: Json[] = parseAllDocuments(project.read('dist/shop.k8s.yaml')).map((one) => one.toJS());
      const found = (kind: string, name: string) =>
        objects.find((object) => object.kind === kind && object.metadata.name === name);
      expect(found('RuntimeClass', 'wasmtime-edge')).toMatchObject({ handler: 'wasmtime' });
      expect(found('Deployment', 'gateway').spec.template.spec).toMatchObject({
        runtimeClassName: 'wasmtime-edge',
        containers: [
          {
            image: `ghcr.io/acme/cart@sha256:${'a'.repeat(64)}`,
            env: [{ name: 'CART_URL', value: 'http://cart' }],
            readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
          },
        ],
      });
      expect(found('NetworkPolicy', 'cart').spec.ingress).toHaveLength(1);
    });
  });
});
